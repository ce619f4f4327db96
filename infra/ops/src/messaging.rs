//! The bus and the queues on AWS, as a CloudFormation template that is made of what the services say they consume.
//!
//! `infra/aws/messaging.yaml` is this text, committed so that people, reviews and deployments see it; a test compares.

use crate::network;
use anyhow::Result;
use chassis::config::Environment;
use chassis::transport::{MAX_RECEIVES, VISIBILITY};
use chassis::{Secrets, Service};

/// Days that a message waits for its consumer.
const KEPT_DAYS: u32 = 4;

/// Days that a dead letter waits for an operator; counted from when it was sent first, so more than [`KEPT_DAYS`].
const DEAD_DAYS: u32 = 14;

const SECONDS_A_DAY: u32 = 24 * 60 * 60;

/// The template, from the services as they are.
///
/// # Errors
/// When they cannot be described.
pub fn template() -> Result<String> {
    let services = network::describe_with(Secrets::random(), Environment::default())?;
    let consuming = services.iter().filter(|service| !service.consumers.is_empty());
    let queues: Vec<_> = consuming.map(queue).collect();
    Ok(format!("{HEAD}{}{TAIL}", queues.join("\n")))
}

const HEAD: &str = "\
# The bus, and for each consuming service a rule, a queue and the dead letters of both.
# Made of what the services consume: `make templates` writes it anew, and a test says when that is needed.
AWSTemplateFormatVersion: '2010-09-09'
Description: The events of Joint (an EventBridge bus, and an SQS queue for each service that consumes)

Parameters:
  Prefix:
    Type: String
    Default: joint
    AllowedPattern: '[a-z][a-z0-9-]{0,39}'
    Description: The name of the bus, and what the names of the queues begin with.

Resources:
  Bus:
    Type: AWS::Events::EventBus
    Properties:
      Name: !Ref Prefix

";

const TAIL: &str = "
Outputs:
  EventBusName:
    Description: EVENT_BUS_NAME of every service
    Value: !Ref Bus
  QueueUrl:
    Description: QUEUE_URL of every service, which puts its own name in the place of {service}
    Value: !Sub 'https://sqs.${AWS::Region}.${AWS::URLSuffix}/${AWS::AccountId}/${Prefix}-{service}'
";

/// `search-indexer` as `SearchIndexer`.
fn logical(name: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    name.split('-').map(capital).collect()
}

fn queue(service: &Service) -> String {
    let (name, logical) = (service.name, logical(service.name));
    let types: Vec<_> = service
        .subscriptions()
        .iter()
        .map(|kind| format!("          - {kind}\n"))
        .collect();
    let (kept, dead) = (KEPT_DAYS * SECONDS_A_DAY, DEAD_DAYS * SECONDS_A_DAY);
    let (visibility, types) = (VISIBILITY.as_secs(), types.concat());
    format!(
        "  # {name}: what it consumes, what it failed to consume, what could not even be delivered to it.
  {logical}Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub '${{Prefix}}-{name}'
      SqsManagedSseEnabled: true
      VisibilityTimeout: {visibility}
      ReceiveMessageWaitTimeSeconds: 20
      MessageRetentionPeriod: {kept}
      RedrivePolicy:
        deadLetterTargetArn: !GetAtt {logical}Dead.Arn
        maxReceiveCount: {MAX_RECEIVES}
  {logical}Dead:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub '${{Prefix}}-{name}-dead'
      SqsManagedSseEnabled: true
      MessageRetentionPeriod: {dead}
      RedriveAllowPolicy:
        redrivePermission: byQueue
        sourceQueueArns:
          - !Sub 'arn:${{AWS::Partition}}:sqs:${{AWS::Region}}:${{AWS::AccountId}}:${{Prefix}}-{name}'
  {logical}Undelivered:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub '${{Prefix}}-{name}-undelivered'
      SqsManagedSseEnabled: true
      MessageRetentionPeriod: {dead}
  {logical}Rule:
    Type: AWS::Events::Rule
    Properties:
      Name: !Sub '${{Prefix}}-{name}'
      Description: What {name} consumes, to its queue
      EventBusName: !Ref Bus
      State: ENABLED
      EventPattern:
        detail-type:
{types}      Targets:
        - Id: queue
          Arn: !GetAtt {logical}Queue.Arn
          InputPath: $.detail
          DeadLetterConfig:
            Arn: !GetAtt {logical}Undelivered.Arn
  {logical}Delivery:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues:
        - !Ref {logical}Queue
        - !Ref {logical}Undelivered
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Sid: OnlyByItsRule
            Effect: Allow
            Principal:
              Service: events.amazonaws.com
            Action: sqs:SendMessage
            Resource:
              - !GetAtt {logical}Queue.Arn
              - !GetAtt {logical}Undelivered.Arn
            Condition:
              ArnEquals:
                aws:SourceArn: !GetAtt {logical}Rule.Arn
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn the_committed_template_is_what_the_services_consume() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../aws/messaging.yaml");
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            committed == template().unwrap(),
            "infra/aws/messaging.yaml is behind the services: run `make templates`, look at the difference, commit it"
        );
    }

    #[test]
    fn every_event_that_somebody_consumes_has_a_rule_and_no_other() {
        let template = template().unwrap();
        let services = network::describe_with(Secrets::random(), Environment::default()).unwrap();
        for kind in events::Event::TYPES {
            let wanted = services
                .iter()
                .filter(|service| service.subscriptions().contains(kind))
                .count();
            assert_eq!(
                template.matches(&format!("          - {kind}\n")).count(),
                wanted,
                "{kind}"
            );
        }
        assert_eq!(logical("search-indexer"), "SearchIndexer");
    }
}
