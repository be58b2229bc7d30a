//! What controllers ask of the Pods that they own again and again, worked out once per write.
//!
//! A set of many Pods is looked at after every change of any of them. These few words lie beside
//! the Pod in the cluster's index, so that looking at all of them touches none of the Pods.

use crate::api::pod::Pod;
use crate::api::time::SimTime;

/// The label with the Pod's name.
pub const NAME_LABEL: &str = "statefulset.kubernetes.io/pod-name";
/// The label with the Pod's number.
pub const INDEX_LABEL: &str = "apps.kubernetes.io/pod-index";
/// The label with the revision that the Pod was made from.
pub const REVISION_LABEL: &str = "controller-revision-hash";

/// A few words about a Pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "they are independent of each other")]
pub struct PodFacts {
    /// The digest of all its labels but those that name the Pod: Pods of one template and one
    /// revision share it.
    pub labels: u64,
    /// The digest of its revision.
    pub revision: u64,
    /// The number at the end of its name, with the length of what stands before its dash.
    pub ordinal: Option<(i32, usize)>,
    /// Whether the labels that name it are right.
    pub is_named: bool,
    /// Whether it is being deleted.
    pub is_deleting: bool,
    /// Whether it has ended.
    pub is_terminal: bool,
    /// Whether its phase is Pending.
    pub is_pending: bool,
    /// Since when it is Running and Ready; `Some(None)` when that is not known.
    pub ready_since: Option<Option<SimTime>>,
}

impl PodFacts {
    /// Looks at a Pod.
    pub fn of(pod: &Pod) -> Self {
        let mut facts = Self {
            labels: digest(""),
            revision: digest(""),
            ordinal: ordinal(&pod.metadata.name),
            is_named: false,
            is_deleting: pod.metadata.is_deleting(),
            is_terminal: pod.is_terminal(),
            is_pending: pod.status.phase == "Pending",
            ready_since: None,
        };
        let (mut name, mut index) = (false, false);
        for (key, value) in &pod.metadata.labels {
            match key.as_str() {
                NAME_LABEL => name = *value == pod.metadata.name,
                INDEX_LABEL => index = true,
                _ => facts.labels = continued(continued(facts.labels, key), value),
            }
            if key == REVISION_LABEL {
                facts.revision = digest(value);
            }
        }
        facts.is_named = name && index;
        if pod.status.phase == "Running" && pod.is_ready() {
            let ready = pod.condition("Ready");
            facts.ready_since = Some(ready.and_then(|ready| ready.last_transition_time));
        }
        facts
    }
}

/// The digest of a text (FNV-1a).
pub fn digest(text: &str) -> u64 {
    continued(0xcbf2_9ce4_8422_2325, text)
}

fn continued(digest: u64, text: &str) -> u64 {
    let step = |digest: u64, byte: u8| (digest ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    // The end of a text is a part of it: `ab`, `c` is not `a`, `bc`.
    step(text.bytes().fold(digest, step), 0xff)
}

fn ordinal(name: &str) -> Option<(i32, usize)> {
    let dash = name.rfind('-')?;
    let digits = &name[dash + 1..];
    let all = digits.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| digits.parse().ok()).flatten().map(|number| (number, dash))
}
