//! The HTTP API on API Gateway, as a template that is made of the API's own description: which function answers which
//! address. What API Gateway answers by itself has the shape of every other refusal.
//!
//! Each address has its documented methods, `OPTIONS` (may another site's page ask? the edge knows), and all others, which
//! its owner answers too: `HEAD` as `GET`, the rest by 405. What has no address is the edge's: 404, health, the reference.

use super::logical;
use anyhow::{Context, Result};
use chassis::Manifest;
use serde_json::{Map, Value};

/// What a method is called that is none of the others.
const ANY: &str = "x-amazon-apigateway-any-method";

/// The function of what belongs to no service.
const EDGE: &str = "Edge";

/// Addresses that the edge answers by itself; the last is every address that is nobody's.
const OF_THE_EDGE: [&str; 8] = [
    "/api/health",
    "/api/ready",
    "/docs",
    "/docs/{proxy+}",
    "/health",
    "/openapi.json",
    "/ready",
    "/{proxy+}",
];

/// A refusal of API Gateway: its own name for it, the status, the reason phrase, our code, the words.
struct Refused(&'static str, u16, &'static str, &'static str, &'static str);

const REFUSALS: [Refused; 18] = [
    Refused(
        "ACCESS_DENIED",
        403,
        "Forbidden",
        "FORBIDDEN",
        "This is not for you to ask",
    ),
    Refused(
        "API_CONFIGURATION_ERROR",
        500,
        "Internal Server Error",
        "INTERNAL",
        OURS,
    ),
    // Also where the authorizer's function fails because identity does not answer.
    Refused(
        "AUTHORIZER_CONFIGURATION_ERROR",
        503,
        "Service Unavailable",
        "UNAVAILABLE",
        AWAY,
    ),
    Refused(
        "AUTHORIZER_FAILURE",
        503,
        "Service Unavailable",
        "UNAVAILABLE",
        AWAY,
    ),
    Refused(
        "BAD_REQUEST_BODY",
        400,
        "Bad Request",
        "VALIDATION_ERROR",
        "The body must be a JSON object",
    ),
    Refused(
        "BAD_REQUEST_PARAMETERS",
        400,
        "Bad Request",
        "VALIDATION_ERROR",
        "The address cannot be read",
    ),
    Refused(
        "DEFAULT_4XX",
        400,
        "Bad Request",
        "VALIDATION_ERROR",
        "The request cannot be read",
    ),
    Refused("DEFAULT_5XX", 500, "Internal Server Error", "INTERNAL", OURS),
    Refused(
        "INTEGRATION_FAILURE",
        503,
        "Service Unavailable",
        "UNAVAILABLE",
        AWAY,
    ),
    Refused(
        "INTEGRATION_TIMEOUT",
        503,
        "Service Unavailable",
        "UNAVAILABLE",
        AWAY,
    ),
    Refused(
        "MISSING_AUTHENTICATION_TOKEN",
        404,
        "Not Found",
        "ROUTE_NOT_FOUND",
        "There is nothing at this address",
    ),
    Refused(
        "QUOTA_EXCEEDED",
        429,
        "Too Many Requests",
        "RATE_LIMITED",
        "Too many requests; try again in a moment",
    ),
    Refused(
        "REQUEST_TOO_LARGE",
        413,
        "Payload Too Large",
        "PAYLOAD_TOO_LARGE",
        "The body is too large",
    ),
    Refused(
        "RESOURCE_NOT_FOUND",
        404,
        "Not Found",
        "ROUTE_NOT_FOUND",
        "There is nothing at this address",
    ),
    Refused(
        "THROTTLED",
        429,
        "Too Many Requests",
        "RATE_LIMITED",
        "Too many requests; try again in a moment",
    ),
    Refused(
        "UNAUTHORIZED",
        401,
        "Unauthorized",
        "UNAUTHENTICATED",
        "Log in first",
    ),
    Refused(
        "UNSUPPORTED_MEDIA_TYPE",
        415,
        "Unsupported Media Type",
        "UNSUPPORTED_MEDIA_TYPE",
        "The body must be application/json",
    ),
    Refused(
        "WAF_FILTERED",
        403,
        "Forbidden",
        "FORBIDDEN",
        "This is not for you to ask",
    ),
];

const OURS: &str = "Something went wrong on our side; it was noted. Try again, or tell us the requestId";
const AWAY: &str = "A part of the site does not answer; try again";

/// What every answer has, as services give it to theirs; a policy with quotation marks in it CloudFront adds.
const HEADERS: [(&str, &str); 5] = [
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "same-origin"),
    ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
];

/// The template, of the API's description.
///
/// # Errors
/// When an address has no owner, or an owner that is no service.
pub(super) fn template(document: &Value, services: &[Manifest]) -> Result<String> {
    let paths = document["paths"]
        .as_object()
        .context("the description has no paths")?;
    let mut text = HEAD.to_owned();
    let owners = std::iter::once(EDGE.to_owned()).chain(services.iter().map(|service| logical(service.name)));
    let owners: Vec<_> = owners.collect();
    text.push_str(&owners.iter().map(|owner| parameter(owner)).collect::<String>());
    text.push_str(DEFINITION);
    text.push_str(&REFUSALS.iter().map(refusal).collect::<String>());
    text.push_str("        paths:\n");
    for (address, item) in paths {
        let owner = edge::owner_of(address).with_context(|| format!("nobody answers {address}"))?;
        let known = services.iter().any(|service| service.name == owner);
        anyhow::ensure!(known, "{address} belongs to {owner}, which is no service");
        let item = item.as_object().context("an address without methods")?;
        text.push_str(&path(address, item, &logical(owner)));
    }
    for address in OF_THE_EDGE {
        text.push_str(&format!(
            "          {address}:\n{}",
            method(ANY, address, EDGE, false)
        ));
    }
    text.push_str(&owners.iter().map(|owner| permission(owner)).collect::<String>());
    text.push_str(TAIL);
    Ok(text)
}

const HEAD: &str = "\
# The HTTP API: every address of docs/openapi.json with the function that answers it, behind the edge's authorizer.
# Made of that description: `make templates` writes it anew, and a test says when that is needed.
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Description: The HTTP API of Joint (API Gateway)

Parameters:
  Prefix:
    Type: String
    Description: What names begin with.
  LogDays:
    Type: Number
    Description: Days that the access log is kept.
  Key:
    Type: String
    Description: The ARN of the key that the access log is encrypted with.
  Authorizer:
    Type: String
    Description: The ARN of the alias of the function that says who asks.
";

fn parameter(owner: &str) -> String {
    format!(
        "  {owner}:
    Type: String
    Description: The ARN of the alias of the function that answers what belongs to {owner}.
"
    )
}

const DEFINITION: &str = "
Resources:
  AccessLog:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: !Sub '/joint/${Prefix}/api'
      RetentionInDays: !Ref LogDays
      KmsKeyId: !Ref Key

  Api:
    Type: AWS::Serverless::Api
    # checkov:skip=CKV_AWS_120:what one may see another may not, so nothing is kept here
    Properties:
      Name: !Ref Prefix
      StageName: live
      OpenApiVersion: 3.0.1
      EndpointConfiguration:
        Type: REGIONAL
      TracingEnabled: true
      # Requests a second, all askers together, and how many may come at one moment. What one person or one address may do
      # is counted by the services.
      MethodSettings:
        - ResourcePath: /*
          HttpMethod: '*'
          ThrottlingRateLimit: 10000
          ThrottlingBurstLimit: 5000
          MetricsEnabled: true
          LoggingLevel: ERROR
          DataTraceEnabled: false
      # Routes and not addresses, and nobody's own address: a log is no place for people.
      AccessLogSetting:
        DestinationArn: !GetAtt AccessLog.Arn
        Format: >-
          {\"requestId\":\"$context.requestId\",\"time\":\"$context.requestTimeEpoch\",\"method\":\"$context.httpMethod\",
          \"route\":\"$context.resourcePath\",\"status\":\"$context.status\",\"latency\":\"$context.responseLatency\",
          \"integration\":\"$context.integration.latency\",\"authorizer\":\"$context.authorizer.latency\",
          \"error\":\"$context.error.responseType\",\"trace\":\"$context.xrayTraceId\"}
      DefinitionBody:
        openapi: 3.0.1
        info:
          title: !Ref Prefix
          version: '1'
        # Services answer what they compressed, which is not text.
        x-amazon-apigateway-binary-media-types:
          - '*/*'
        # Which fields are wrong only the service can say in the contract's words, field by field. What is no JSON object at
        # all is refused before any function is paid for.
        x-amazon-apigateway-request-validators:
          body:
            validateRequestBody: true
            validateRequestParameters: false
        components:
          schemas:
            Body:
              type: object
          securitySchemes:
            # Of every request, and kept of none: no identity source, no cache. Without a session, or with one that has
            # ended, it answers that nobody asks, and the service decides what nobody may see.
            session:
              type: apiKey
              name: Unused
              in: header
              x-amazon-apigateway-authtype: custom
              x-amazon-apigateway-authorizer:
                type: request
                authorizerUri: !Sub 'arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Authorizer}/invocations'
                authorizerResultTtlInSeconds: 0
        x-amazon-apigateway-gateway-responses:
";

fn refusal(Refused(name, status, phrase, code, message): &Refused) -> String {
    let details = match *code {
        "VALIDATION_ERROR" => format!(r#","details":[{{"field":"body","message":"{message}"}}]"#),
        _ => String::new(),
    };
    let wait = match status {
        429 | 503 => "              gatewayresponse.header.Retry-After: '''1'''\n",
        _ => "",
    };
    let headers: String = HEADERS
        .iter()
        .map(|(name, value)| format!("              gatewayresponse.header.{name}: '''{value}'''\n"))
        .collect();
    format!(
        "          {name}:
            statusCode: {status}
            responseParameters:
{headers}{wait}            responseTemplates:
              application/json: '{{\"error\":\"{phrase}\",\"message\":\"{message}\",\"code\":\"{code}\",\"requestId\":\"$context.requestId\"{details}}}'
"
    )
}

/// An address: its methods, the question of other sites' pages, and everything else.
fn path(address: &str, item: &Map<String, Value>, owner: &str) -> String {
    let documented: String = item
        .iter()
        .map(|(name, operation)| {
            let has_body = operation.pointer("/requestBody/required") == Some(&Value::Bool(true));
            method(name, address, owner, has_body)
        })
        .collect();
    let preflight = method("options", address, EDGE, false);
    let others = method(ANY, address, owner, false);
    format!("          {address}:\n{documented}{preflight}{others}")
}

fn method(name: &str, address: &str, owner: &str, has_body: bool) -> String {
    let names: Vec<_> = address
        .split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| name.trim_end_matches('+'))
        .collect();
    let mut parameters = String::new();
    if !names.is_empty() {
        parameters.push_str("              parameters:\n");
    }
    for name in names {
        parameters.push_str(&format!(
            "                - {{ name: {name}, in: path, required: true, schema: {{ type: string }} }}\n"
        ));
    }
    let body = if has_body {
        "              x-amazon-apigateway-request-validator: body
              requestBody:
                required: true
                content: { application/json: { schema: { $ref: '#/components/schemas/Body' } } }
"
    } else {
        ""
    };
    format!(
        "            {name}:
{parameters}{body}              security: [{{ session: [] }}]
              x-amazon-apigateway-integration:
                type: aws_proxy
                httpMethod: POST
                timeoutInMillis: 15000
                uri: !Sub 'arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/${{{owner}}}/invocations'
"
    )
}

fn permission(owner: &str) -> String {
    format!(
        "
  May{owner}BeAsked:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref {owner}
      Action: lambda:InvokeFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub 'arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{Api}}/live/*/*'
"
    )
}

const TAIL: &str = "
  MayAuthorizerBeAsked:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref Authorizer
      Action: lambda:InvokeFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub 'arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/authorizers/*'

Outputs:
  Domain:
    Description: Where CloudFront finds the API, below the path /live
    Value: !Sub '${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}'
  Name:
    Description: What CloudWatch knows the API by
    Value: !Ref Prefix
";

#[cfg(test)]
mod tests {
    use super::super::described;
    use super::*;
    use crate::manifests::MANIFESTS;

    #[test]
    fn an_address_without_an_owner_makes_no_template() {
        let document = serde_json::json!({ "paths": { "/api/nothing": { "get": {} } } });
        let error = template(&document, &MANIFESTS).unwrap_err().to_string();
        assert_eq!(error, "nobody answers /api/nothing");
    }

    #[test]
    fn bodies_are_looked_at_where_the_description_has_one() {
        let document = described().unwrap();
        let wanted = document["paths"].as_object().unwrap().values();
        let wanted = wanted
            .flat_map(|item| item.as_object().unwrap().values())
            .filter(|operation| operation["requestBody"]["required"] == true)
            .count();
        let made = template(&document, &MANIFESTS).unwrap();
        assert_eq!(made.matches("request-validator: body").count(), wanted);
    }
}
