//! Where the two differ by nature, in one place. A behaviour that meets a difference asks here.

/// What a transport cannot do otherwise.
#[derive(Clone, Copy)]
pub(crate) struct Nature {
    /// A receive that was given back has not been. SQS counts it all the same; a consumer must not cause it needlessly.
    pub(crate) takes_receives_back: bool,
    /// A message that waits for its next try is counted as delayed. To SQS it is in flight until then.
    pub(crate) tells_retries_from_leases: bool,
    /// A dead letter tells when it died. SQS keeps only when it was sent.
    pub(crate) knows_when_they_died: bool,
    /// A body is the very text that was published. EventBridge reads it, and writes the same JSON anew.
    pub(crate) keeps_the_text: bool,
    /// Dead letters are in the order in which they died. SQS names messages at random.
    pub(crate) lists_by_age: bool,
    /// A receive waits for a message by itself. The embedded transport wakes whoever looks.
    pub(crate) waits_by_itself: bool,
}

pub(crate) const EMBEDDED: Nature = Nature {
    takes_receives_back: true,
    tells_retries_from_leases: true,
    knows_when_they_died: true,
    keeps_the_text: true,
    lists_by_age: true,
    waits_by_itself: false,
};

pub(crate) const AWS: Nature = Nature {
    takes_receives_back: false,
    tells_retries_from_leases: false,
    knows_when_they_died: false,
    keeps_the_text: false,
    lists_by_age: false,
    waits_by_itself: true,
};
