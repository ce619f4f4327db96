//! The bus and the queues, as a template that is made of what the services say they consume.

use super::{FUNCTION_SECONDS, RUNS_A_LEASE, logical};
use crate::manifests::consumers;
use chassis::Manifest;
use chassis::transport::MAX_RECEIVES;

/// Days that a message waits for its consumer.
const KEPT_DAYS: u32 = 4;

/// Days that a dead letter waits for an operator; counted from when it was sent first, so more than [`KEPT_DAYS`].
const DEAD_DAYS: u32 = 14;

/// Days after which somebody is told that a dead letter will soon be gone.
const EXPIRING_DAYS: u32 = 10;

/// Days that the bus keeps what it carried.
const ARCHIVED_DAYS: u32 = 30;

/// Minutes that the oldest message may wait before somebody is told.
const LATE_MINUTES: u32 = 10;

const SECONDS_A_DAY: u32 = 24 * 60 * 60;

/// The template, from the services as they are.
pub(super) fn template() -> String {
    let queues: Vec<_> = consumers()
        .map(|service| [queue(service), policies(service.name), alarms(service.name)].concat())
        .collect();
    let arns: Vec<_> = consumers().map(|service| arn(service.name)).collect();
    let head = HEAD.replace("ARCHIVED_DAYS", &ARCHIVED_DAYS.to_string());
    format!("{head}{}{TAIL}{}", queues.join("\n"), arns.concat())
}

const HEAD: &str = "\
# The bus, and for each consuming service a rule, a queue, the dead letters of both, and alarms.
# Made of what the services consume: `make templates` writes it anew, and a test says when that is needed.
AWSTemplateFormatVersion: '2010-09-09'
Description: The events of Joint (an EventBridge bus, and an SQS queue for each service that consumes)

Parameters:
  Prefix:
    Type: String
    Default: joint
    AllowedPattern: '[a-z][a-z0-9-]{0,39}'
    Description: The name of the bus, and what the names of the queues begin with.
  AlarmTopic:
    Type: String
    Default: ''
    Description: The SNS topic that alarms go to; without one there are no alarms.

Conditions:
  HasAlarms: !Not [!Equals [!Ref AlarmTopic, '']]

Resources:
  Bus:
    Type: AWS::Events::EventBus
    Properties:
      Name: !Ref Prefix
  # Everything that was published, to be replayed when a consumer lost what it made of it.
  Archive:
    Type: AWS::Events::Archive
    Properties:
      ArchiveName: !Ref Prefix
      Description: All events of the bus
      SourceArn: !GetAtt Bus.Arn
      RetentionDays: ARCHIVED_DAYS

";

const TAIL: &str = "
Outputs:
  EventBusName:
    Description: EVENT_BUS_NAME of every service
    Value: !Ref Bus
  EventBusArn:
    Description: What a service may publish to
    Value: !GetAtt Bus.Arn
  QueueUrl:
    Description: QUEUE_URL of every service, which puts its own name in the place of {service}
    Value: !Sub 'https://sqs.${AWS::Region}.${AWS::URLSuffix}/${AWS::AccountId}/${Prefix}-{service}'
";

fn arn(name: &str) -> String {
    let logical = logical(name);
    format!(
        "  {logical}QueueArn:
    Description: What {name} consumes
    Value: !GetAtt {logical}Queue.Arn
"
    )
}

fn queue(service: &Manifest) -> String {
    let (name, logical) = (service.name, logical(service.name));
    let types: Vec<_> = service
        .subscriptions()
        .iter()
        .map(|kind| format!("          - {kind}\n"))
        .collect();
    let (kept, dead) = (KEPT_DAYS * SECONDS_A_DAY, DEAD_DAYS * SECONDS_A_DAY);
    let (visibility, types) = (FUNCTION_SECONDS * RUNS_A_LEASE, types.concat());
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
"
    )
}

/// One for each queue: SQS wants a policy to name the queue that it is given to.
fn policies(name: &str) -> String {
    ["Queue", "Undelivered", "Dead"]
        .map(|queue| policy(&logical(name), queue))
        .concat()
}

/// Only its rule sends to a queue from outside of the account's own roles, and everybody speaks TLS.
fn policy(logical: &str, queue: &str) -> String {
    let delivery = match queue {
        "Dead" => String::new(),
        _ => format!(
            "          - Sid: OnlyByItsRule
            Effect: Allow
            Principal:
              Service: events.amazonaws.com
            Action: sqs:SendMessage
            Resource: !GetAtt {logical}{queue}.Arn
            Condition:
              ArnEquals:
                aws:SourceArn: !GetAtt {logical}Rule.Arn
"
        ),
    };
    format!(
        "  {logical}{queue}Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues:
        - !Ref {logical}{queue}
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
{delivery}          - Sid: OnlyOverTls
            Effect: Deny
            Principal: '*'
            Action: sqs:*
            Resource: !GetAtt {logical}{queue}.Arn
            Condition:
              Bool:
                aws:SecureTransport: 'false'
"
    )
}

/// Somebody is told when messages wait for long, when one was given up, when it will soon be gone, and when one could not
/// even be delivered.
fn alarms(name: &str) -> String {
    let visible = ("ApproximateNumberOfMessagesVisible", 1, 1);
    let age = |minutes: u32, periods| ("ApproximateAgeOfOldestMessage", minutes * 60, periods);
    let expiring = age(EXPIRING_DAYS * 24 * 60, 1);
    [
        (
            "Queue",
            "late",
            "Queue",
            "waits for long to be consumed",
            age(LATE_MINUTES, 5),
        ),
        (
            "Dead",
            "dead",
            "Dead",
            "was given up; valine dead-letters list",
            visible,
        ),
        (
            "DeadExpiring",
            "dead-expiring",
            "Dead",
            "was given up long ago, and is gone in four days",
            expiring,
        ),
        (
            "Undelivered",
            "undelivered",
            "Undelivered",
            "did not reach the queue: is it, and its policy, as the template says?",
            visible,
        ),
    ]
    .map(|(kind, suffix, queue, what, limit)| alarm(name, (kind, suffix), queue, what, limit))
    .concat()
}

fn alarm(
    name: &str,
    (kind, suffix): (&str, &str),
    queue: &str,
    what: &str,
    (metric, threshold, periods): (&str, u32, u32),
) -> String {
    let logical = logical(name);
    format!(
        "  {logical}{kind}Alarm:
    Type: AWS::CloudWatch::Alarm
    Condition: HasAlarms
    Properties:
      AlarmName: !Sub '${{Prefix}}-{name}-{suffix}'
      AlarmDescription: 'An event for {name} {what}'
      Namespace: AWS/SQS
      MetricName: {metric}
      Dimensions:
        - Name: QueueName
          Value: !GetAtt {logical}{queue}.QueueName
      Statistic: Maximum
      Period: 60
      EvaluationPeriods: {periods}
      Threshold: {threshold}
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Ref AlarmTopic]
      OKActions: [!Ref AlarmTopic]
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_that_somebody_consumes_has_a_rule_and_no_other() {
        let template = template();
        for kind in events::Event::TYPES {
            let wanted = consumers()
                .filter(|service| service.subscriptions().contains(kind))
                .count();
            assert_eq!(
                template.matches(&format!("          - {kind}\n")).count(),
                wanted,
                "{kind}"
            );
        }
    }
}
