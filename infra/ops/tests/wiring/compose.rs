//! The network with Docker is the same network: every service a container of its own that is asked whether it is ready.

use super::template::{read, root};
use super::{bites, obeyed};
use ops::manifests::MANIFESTS;
use serde_json::{Value, json};

fn every_service_has_a_container(compose: &Value) -> Vec<String> {
    let containers = &compose["services"];
    let mut findings = Vec::new();
    for service in MANIFESTS {
        let container = &containers[service.name];
        let mut find = |what: &str| findings.push(format!("{} {what}", service.name));
        if container["command"] != json!([service.name]) || container["image"] != "joint" {
            find("has no container");
            continue;
        }
        if container["environment"]["RUN_AS"] != "container" {
            find("does not know that it is in a container");
        }
        for secret in ["EDGE_SIGNING_KEY", "OPERATOR_KEY", "POSTGRES_PASSWORD"] {
            if container["environment"].to_string().contains(secret) {
                find("is told what only others may know");
            }
        }
        let url = format!("{}_URL", service.schema().to_uppercase());
        if containers["edge"]["environment"][url] != format!("http://{}:8080", service.name) {
            find("is not known to the edge");
        }
        if containers["edge"]["depends_on"][service.name]["condition"] != "service_healthy" {
            find("may be asked by the edge before it is ready");
        }
    }
    for (name, container) in containers.as_object().unwrap() {
        let is_over_soon = container["restart"] == "no";
        if !is_over_soon && !container["healthcheck"]["test"].is_array() {
            findings.push(format!("nobody asks {name} whether it is well"));
        }
        let ports = container["ports"].as_array().into_iter().flatten();
        if ports
            .filter_map(Value::as_str)
            .any(|port| !port.starts_with("127.0.0.1:"))
        {
            findings.push(format!("{name} can be reached from other machines"));
        }
    }
    findings
}

#[test]
fn services_have_containers() {
    obeyed(&every_service_has_a_container(&read(
        &root().join("docker-compose.yml"),
    )));
}

#[test]
fn a_container_that_is_missing_or_open_is_found() {
    let compose = read(&root().join("docker-compose.yml"));
    let broken = |pointer: &str, value: Value| {
        let mut compose = compose.clone();
        *compose.pointer_mut(pointer).unwrap() = value;
        every_service_has_a_container(&compose)
    };
    bites(&broken("/services/media", json!({})), "media has no container");
    bites(
        &broken("/services/media/environment/RUN_AS", json!("")),
        "media does not know",
    );
    bites(
        &broken("/services/media/healthcheck", json!({})),
        "nobody asks media",
    );
    bites(
        &broken("/services/edge/environment/MEDIA_URL", json!("")),
        "media is not known to the edge",
    );
    bites(
        &broken("/services/edge/ports", json!(["8080:8080"])),
        "edge can be reached from other machines",
    );
    bites(
        &broken(
            "/services/media/environment",
            json!({ "RUN_AS": "container", "K": "${EDGE_SIGNING_KEY}" }),
        ),
        "media is told what only others may know",
    );
}
