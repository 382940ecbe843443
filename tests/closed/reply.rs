//! The bytes of a connection as the answers they are, RFC 9112.

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// Status line and header, in lower case.
    pub(crate) header: String,
    pub(crate) body: String,
}

impl Reply {
    /// All answers in `bytes`, which hold nothing else.
    pub(crate) fn all(bytes: &[u8]) -> Vec<Self> {
        let mut rest = std::str::from_utf8(bytes).expect("text");
        let mut replies = Vec::new();
        while !rest.is_empty() {
            let (header, behind) = rest.split_once("\r\n\r\n").expect("a whole header");
            let header = header.to_ascii_lowercase();
            let status = header.strip_prefix("http/1.1 ").expect("a status line");
            let status: u16 = status[..3].parse().unwrap();
            let line = header.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length = line.map_or(0, |length| length.parse().unwrap());
            let (body, behind) = behind.split_at(length);
            rest = behind;
            if status != 100 {
                replies.push(Self { status, header, body: body.to_owned() });
            }
        }
        replies
    }

    /// The one answer in `bytes`.
    pub(crate) fn only(bytes: &[u8]) -> Self {
        let replies = Self::all(bytes);
        assert_eq!(replies.len(), 1, "{replies:#?}");
        replies.into_iter().next().unwrap()
    }

    /// Refused with this status, and nothing said to the page: no CORS, no state of the computer.
    pub(crate) fn assert_refused(&self, status: u16, what: &str) {
        assert_eq!(self.status, status, "{what}: {self:?}");
        assert!(!self.header.contains("access-control"), "{what}: {self:?}");
        assert!(!self.body.contains("state"), "{what}: {self:?}");
    }
}
