//! Nothing is lost where documents become one: utoipa keeps the first of two things that have one name, and says nothing.

use crate::routing::PREFIX;
use anyhow::ensure;
use std::collections::BTreeSet;
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::PathItem;

/// Refuses a document in which a name means something else than it does in the whole.
pub(super) fn must_agree(whole: &OpenApi, service: &OpenApi) -> anyhow::Result<()> {
    let schemas = |document: &OpenApi| document.components.clone().unwrap_or_default().schemas;
    let known = schemas(whole);
    for (name, schema) in schemas(service) {
        ensure!(
            known.get(&name).is_none_or(|same| *same == schema),
            "two services describe different things as {name}; give one of them another name"
        );
    }
    let names = operation_ids(whole);
    for (path, item) in &service.paths.paths {
        ensure!(
            !whole.paths.paths.contains_key(&format!("{PREFIX}{path}")),
            "two services describe {path}"
        );
        for id in of_item(item) {
            ensure!(
                !names.contains(id),
                "two services have an operation {id}; give one of them another name"
            );
        }
    }
    Ok(())
}

fn operation_ids(document: &OpenApi) -> BTreeSet<&str> {
    document.paths.paths.values().flat_map(of_item).collect()
}

fn of_item(item: &PathItem) -> impl Iterator<Item = &str> {
    let operations = [
        &item.get,
        &item.head,
        &item.post,
        &item.put,
        &item.patch,
        &item.delete,
    ];
    operations
        .into_iter()
        .flatten()
        .filter_map(|operation| operation.operation_id.as_deref())
}
