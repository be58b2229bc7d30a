//! Events are counted, and their counts only grow.

use super::Moment;

pub(super) fn counts_grow(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    if moment.after.events.len() < moment.before.events.len() {
        complaints.push("events were forgotten".to_owned());
    }
    for event in &moment.step.events {
        let place = usize::try_from(event.id).expect("a small number");
        let known = moment.before.events.iter().nth(place);
        let heard = moment.step.events.iter().filter(|other| other.id == event.id).count();
        let before = known.map_or(0, |known| known.count);
        let grown = event.count.checked_sub(before).and_then(|more| usize::try_from(more).ok());
        if grown.is_none_or(|more| more == 0 || more > heard) {
            let text = &event.text;
            complaints.push(format!("{} {}: counted wrongly", text.regarding, text.reason));
        }
        let first = known.map_or(event.first, |known| known.first);
        if event.first != first || event.last != moment.step.time {
            complaints.push(format!("{}: an event at a wrong time", event.text.regarding));
        }
    }
}
