//! What holds of every object: versions, identity, finalizers.

use super::Moment;

pub(super) fn versions_grow(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    let mut version = moment.before.resource_version;
    for change in &moment.step.changes {
        version += 1;
        if moment.before.object(&change.key) != change.before.as_ref() {
            complaints.push(format!("{}: the change does not start from what was", change.key));
        }
        if moment.after.object(&change.key) != change.after.as_ref() {
            complaints.push(format!("{}: the change does not end in what is", change.key));
        }
        if let Some(after) = &change.after
            && after.meta().resource_version != version.to_string()
        {
            complaints.push(format!("{}: the version did not grow by one", change.key));
        }
    }
    if moment.after.resource_version != version {
        complaints.push("the cluster's version does not count its writes".to_owned());
    }
}

pub(super) fn identities_stay(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    for change in &moment.step.changes {
        let (Some(before), Some(after)) = (&change.before, &change.after) else { continue };
        let (old, new) = (before.meta(), after.meta());
        if old.uid != new.uid || old.creation_timestamp != new.creation_timestamp {
            complaints.push(format!("{} became another object", change.key));
        }
        if new.generation < old.generation {
            complaints.push(format!("{}: the generation goes back", change.key));
        }
        if old.is_deleting() && !new.is_deleting() {
            complaints.push(format!("{} came back from its deletion", change.key));
        }
        let grew = new.finalizers.iter().any(|one| !old.has_finalizer(one));
        if old.is_deleting() && grew && !moment.by_hand() {
            complaints.push(format!("{} got a finalizer while it goes", change.key));
        }
    }
}

pub(super) fn finalizers_protect(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    for change in moment.removals() {
        let meta = change.object().meta();
        if !meta.finalizers.is_empty() && !meta.is_deleting() {
            complaints.push(format!("{} vanished in spite of its finalizers", change.key));
        }
    }
}
