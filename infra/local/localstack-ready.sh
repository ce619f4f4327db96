#!/usr/bin/env bash
# Run by LocalStack in its container (docker-compose.yml) once it listens: makes the bus and the queues of
# infra/aws/messaging.yaml, and the bucket, to which only the site's pages may send.
set -euo pipefail

awslocal cloudformation deploy --stack-name joint --template-file /templates/messaging.yaml
awslocal s3api head-bucket --bucket joint-media 2>/dev/null || awslocal s3api create-bucket --bucket joint-media
awslocal s3api put-bucket-versioning --bucket joint-media --versioning-configuration Status=Enabled
awslocal s3api put-bucket-cors --bucket joint-media --cors-configuration '{"CORSRules": [{
  "AllowedOrigins": ["'"$PUBLIC_URL"'"], "AllowedMethods": ["GET", "HEAD", "PUT"],
  "AllowedHeaders": ["content-type", "content-length", "if-none-match", "range"], "ExposeHeaders": ["etag"], "MaxAgeSeconds": 7200}]}'
