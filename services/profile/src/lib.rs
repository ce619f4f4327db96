//! Who people are to each other: profiles, credits, education, links.
