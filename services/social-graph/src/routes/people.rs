//! Lists of people. They differ only in the name of the list and in the name of its time.

/// Defines a person in a list, the list, and how both are made of [`crate::queries::People`].
macro_rules! list_of_people {
    ($(#[$doc:meta])* $list:ident { $people:ident: [$person:ident], since $since:ident }) => {
        $(#[$doc])*
        #[derive(serde::Serialize, utoipa::ToSchema)]
        #[serde(rename_all = "camelCase")]
        pub(super) struct $list {
            /// The latest first.
            $people: Vec<$person>,
            /// How many the whole list has.
            total: i64,
            /// Leads to the next page; absent at the end.
            #[serde(skip_serializing_if = "Option::is_none")]
            #[schema(example = "WzQyXQ")]
            next_cursor: Option<String>,
        }

        /// Somebody in the list.
        #[derive(serde::Serialize, utoipa::ToSchema)]
        #[serde(rename_all = "camelCase")]
        pub(super) struct $person {
            id: events::AccountId,
            #[schema(example = "ada_byron")]
            username: String,
            #[schema(example = "Ada Byron")]
            display_name: String,
            /// The stable address of their picture, small.
            #[schema(required, example = "/api/media/0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77/content?size=thumb")]
            avatar_url: Option<String>,
            /// When it came to be.
            #[serde(serialize_with = "chassis::http::milliseconds")]
            $since: chrono::DateTime<chrono::Utc>,
        }

        impl From<crate::queries::People> for $list {
            fn from(list: crate::queries::People) -> Self {
                let person = |person: crate::store::people::Person| $person {
                    id: person.id,
                    username: person.username,
                    display_name: person.display_name,
                    avatar_url: person.avatar_media_id.map(crate::queries::avatar_url),
                    $since: person.at,
                };
                Self {
                    $people: list.people.into_iter().map(person).collect(),
                    total: list.total,
                    next_cursor: list.next_cursor,
                }
            }
        }
    };
}

pub(super) use list_of_people;
