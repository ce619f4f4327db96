//! Every address of the API's description is answered by the service that owns it, after the edge has said who asks.

use super::template::Templates;
use super::{bites, obeyed};
use ops::manifests::MANIFESTS;
use ops::templates::{described, logical};
use serde_json::{Value, json};

const BODY: &str = "/Resources/Api/Properties/DefinitionBody";

/// The methods of an address in an OpenAPI document.
fn methods(item: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let known = [
        "get",
        "head",
        "post",
        "put",
        "patch",
        "delete",
        "options",
        "x-amazon-apigateway-any-method",
    ];
    let fields = item.as_object().into_iter().flatten();
    fields
        .map(|(name, method)| (name.as_str(), method))
        .filter(move |(name, _)| known.contains(name))
}

/// The parameter that names the function which answers.
fn answered_by(method: &Value) -> &str {
    let uri = method["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"].as_str();
    uri.and_then(|uri| uri.split_once("functions/${")?.1.strip_suffix("}/invocations"))
        .unwrap_or_default()
}

fn every_documented_address_is_answered_by_its_owner(templates: &Templates) -> Vec<String> {
    let api = templates.get("api.yaml");
    let made = &api.pointer(BODY).unwrap()["paths"];
    let mut findings = Vec::new();
    for (address, item) in described().unwrap()["paths"].as_object().unwrap() {
        let owner = logical(edge::owner_of(address).unwrap());
        for (name, _) in methods(item) {
            let method = &made[address][name];
            let integration = &method["x-amazon-apigateway-integration"];
            if integration["type"] != "aws_proxy"
                || integration["httpMethod"] != "POST"
                || answered_by(method) != owner
            {
                findings.push(format!("{name} {address} is not answered by {owner}"));
            }
        }
    }
    findings
}

fn somebody_looks_at_every_request(templates: &Templates) -> Vec<String> {
    let body = templates.get("api.yaml").pointer(BODY).unwrap();
    let mut findings = Vec::new();
    for (address, item) in body["paths"].as_object().unwrap() {
        for (name, method) in methods(item) {
            if method["security"] != json!([{ "session": [] }]) {
                findings.push(format!(
                    "{name} {address} is answered before the authorizer has said who asks"
                ));
            }
        }
    }
    let scheme = &body["components"]["securitySchemes"]["session"];
    let authorizer = &scheme["x-amazon-apigateway-authorizer"];
    let uri = authorizer["authorizerUri"]["Fn::Sub"]
        .as_str()
        .unwrap_or_default();
    if scheme["x-amazon-apigateway-authtype"] != "custom" || !uri.contains("${Authorizer}") {
        findings.push("the authorizer is not the edge's".to_owned());
    }
    if authorizer["type"] != "request"
        || authorizer["authorizerResultTtlInSeconds"] != 0
        || !authorizer["identitySource"].is_null()
    {
        findings.push("the authorizer keeps answers, or is not asked where there is no cookie".to_owned());
    }
    findings
}

fn whoever_answers_may_be_asked(templates: &Templates) -> Vec<String> {
    let api = templates.get("api.yaml");
    let owners = MANIFESTS
        .iter()
        .map(|service| logical(service.name))
        .chain(["Edge".to_owned(), "Authorizer".to_owned()]);
    owners
        .filter(|owner| {
            api["Resources"][format!("May{owner}BeAsked")]["Properties"]["FunctionName"]
                != json!({ "Ref": owner })
        })
        .map(|owner| format!("API Gateway may not ask {owner}"))
        .collect()
}

/// As every other refusal: the same fields, the phrase of its status, a wait where one helps.
fn api_gateway_refuses_in_the_contracts_words(templates: &Templates) -> Vec<String> {
    let body = templates.get("api.yaml").pointer(BODY).unwrap();
    let refusals = body["x-amazon-apigateway-gateway-responses"].as_object().unwrap();
    let mut findings = Vec::new();
    for name in [
        "DEFAULT_4XX",
        "DEFAULT_5XX",
        "MISSING_AUTHENTICATION_TOKEN",
        "THROTTLED",
    ] {
        if !refusals.contains_key(name) {
            findings.push(format!("{name} is left to API Gateway's own words"));
        }
    }
    for (name, refusal) in refusals {
        let mut find = |what: &str| findings.push(format!("{name} {what}"));
        let text = refusal["responseTemplates"]["application/json"]
            .as_str()
            .unwrap_or_default();
        let Ok(said) = serde_json::from_str::<Value>(text) else {
            find("is no JSON");
            continue;
        };
        let status = refusal["statusCode"].as_u64().unwrap_or(0);
        let phrase = u16::try_from(status)
            .ok()
            .and_then(|status| http::StatusCode::from_u16(status).ok()?.canonical_reason());
        if said["error"].as_str() != phrase {
            find("says another phrase than its status");
        }
        let details = said["code"] == "VALIDATION_ERROR";
        if said["requestId"] != "$context.requestId"
            || !said["message"].is_string()
            || said["details"].is_array() != details
        {
            find("lacks a field that every refusal has");
        }
        let headers = &refusal["responseParameters"];
        if headers["gatewayresponse.header.X-Content-Type-Options"] != "'nosniff'"
            || headers["gatewayresponse.header.Cache-Control"] != "'no-store'"
        {
            find("lacks a header that every refusal has");
        }
        let waits = [429, 503].contains(&status);
        if headers["gatewayresponse.header.Retry-After"].is_string() != waits {
            find("does not say when to come again, or says so in vain");
        }
    }
    findings
}

#[test]
fn documented_addresses_are_answered_by_their_owners() {
    obeyed(&every_documented_address_is_answered_by_its_owner(
        &Templates::load(),
    ));
}

#[test]
fn every_request_is_looked_at() {
    obeyed(&somebody_looks_at_every_request(&Templates::load()));
}

#[test]
fn everybody_who_answers_may_be_asked() {
    obeyed(&whoever_answers_may_be_asked(&Templates::load()));
}

#[test]
fn refusals_of_api_gateway_look_like_ours() {
    obeyed(&api_gateway_refuses_in_the_contracts_words(&Templates::load()));
}

#[test]
fn the_overall_limit_is_the_contracts() {
    let templates = Templates::load();
    let limits = &templates.get("api.yaml")["Resources"]["Api"]["Properties"]["MethodSettings"][0];
    assert_eq!(
        (&limits["ResourcePath"], &limits["HttpMethod"]),
        (&json!("/*"), &json!("*"))
    );
    assert_eq!(
        (&limits["ThrottlingRateLimit"], &limits["ThrottlingBurstLimit"]),
        (&json!(10_000), &json!(5_000))
    );
}

#[test]
fn an_address_that_anybody_gets_through_is_found() {
    let item = format!("{BODY}/paths/~1api~1posts~1{{id}}");
    let broken = |pointer: &str| Templates::load().without("api.yaml", &format!("{item}{pointer}"));
    bites(
        &every_documented_address_is_answered_by_its_owner(&broken("/patch")),
        "patch /api/posts/{id} is not answered by Content",
    );
    let elsewhere = json!({ "Fn::Sub": "arn:functions/${Media}/invocations" });
    let astray = Templates::load().set(
        "api.yaml",
        &format!("{item}/get/x-amazon-apigateway-integration/uri"),
        elsewhere,
    );
    bites(
        &every_documented_address_is_answered_by_its_owner(&astray),
        "get /api/posts/{id}",
    );
    bites(
        &somebody_looks_at_every_request(&broken("/get/security")),
        "get /api/posts/{id} is answered before",
    );
    let scheme = format!("{BODY}/components/securitySchemes/session/x-amazon-apigateway-authorizer");
    let kept = Templates::load().set(
        "api.yaml",
        &format!("{scheme}/authorizerResultTtlInSeconds"),
        json!(300),
    );
    bites(&somebody_looks_at_every_request(&kept), "keeps answers");
    bites(
        &whoever_answers_may_be_asked(&Templates::load().without("api.yaml", "/Resources/MayMediaBeAsked")),
        "may not ask Media",
    );
}

#[test]
fn a_refusal_in_other_words_is_found() {
    let all = format!("{BODY}/x-amazon-apigateway-gateway-responses");
    let broken = |pointer: &str, value: Value| {
        Templates::load().set("api.yaml", &format!("{all}/THROTTLED{pointer}"), value)
    };
    let judge = api_gateway_refuses_in_the_contracts_words;
    bites(
        &judge(&broken(
            "/responseTemplates/application~1json",
            json!("{\"message\": $x}"),
        )),
        "THROTTLED is no JSON",
    );
    bites(&judge(&broken("/statusCode", json!(503))), "another phrase");
    bites(
        &judge(&broken("/responseParameters", json!({}))),
        "when to come again",
    );
    bites(
        &judge(&Templates::load().without("api.yaml", &format!("{all}/THROTTLED"))),
        "left to API Gateway's own words",
    );
}
