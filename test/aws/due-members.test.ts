import { expect, test } from '@jest/globals'
import { lackingMember, lackingRoot } from '../../src/aws/due-members.ts'

test.each<[string, object, string | undefined]>([
  ['cloudwatch:DescribeAlarms', {}, 'MetricAlarms or CompositeAlarms'],
  ['cloudwatch:DescribeAlarms', { CompositeAlarms: [] }, undefined],
  ['cloudwatch:ListMetrics', { Metrics: null }, 'Metrics'],
  ['cloudwatch:ListTagsForResource', { tags: {} }, 'Tags'],
  ['cloudwatchlogs:ListTagsForResource', { tags: {} }, undefined],
  ['cloudwatchlogs:GetQueryResults', { results: [] }, 'status'],
  ['cloudwatchlogs:GetQueryResults', { status: 'Running' }, undefined],
  ['cloudwatchlogs:GetQueryResults', { status: 'Complete' }, 'results'],
  ['cloudwatchlogs:GetQueryResults', { status: 'Complete', results: [] }, undefined],
  ['pricing:GetProducts', {}, 'PriceList'],
  ['sns:GetTopicAttributes', { Attributes: {} }, 'Attributes.TopicArn'],
  ['iam:GetRole', { Role: {} }, 'Role.AssumeRolePolicyDocument'],
  ['s3:GetBucketLifecycleConfiguration', {}, 'Rules'],
  ['s3:GetPublicAccessBlock', { PublicAccessBlockConfiguration: { BlockPublicAcls: false } }, undefined],
  ['s3:ListObjectVersions', { IsTruncated: false }, undefined],
  ['s3:ListObjectVersions', {}, 'IsTruncated'],
  [
    's3:ListObjectsV2',
    { IsTruncated: false, KeyCount: 14 },
    'Contents or CommonPrefixes for 14 of the 14 that its KeyCount says',
  ],
  [
    's3:ListObjectsV2',
    { IsTruncated: false, KeyCount: 3, Contents: [{}], CommonPrefixes: [{}] },
    'Contents or CommonPrefixes for 1 of the 3 that its KeyCount says',
  ],
  ['s3:ListObjectsV2', { IsTruncated: false, KeyCount: 2, Contents: [{}], CommonPrefixes: [{}] }, undefined],
  // Some that stand in for S3 do not count prefixes, or nothing.
  ['s3:ListObjectsV2', { IsTruncated: false, KeyCount: 1, Contents: [{}], CommonPrefixes: [{}] }, undefined],
  ['s3:ListObjectsV2', { IsTruncated: false, Contents: [{}] }, undefined],
  [
    'costexplorer:GetDimensionValues',
    { DimensionValues: [], ReturnSize: 2 },
    'DimensionValues for 2 of the 2 that its ReturnSize says',
  ],
  ['budgets:ListTagsForResource', {}, undefined],
  ['bedrock:GetModelInvocationLoggingConfiguration', {}, undefined],
])('%s %j lacks %s', (call, output, lacking) => {
  expect(lackingMember(call, output)).toBe(lacking)
})

test.each<[string, string, string | undefined]>([
  ['s3:GetBucketVersioning', '<?xml version="1.0"?>\n<VersioningConfiguration xmlns="x"/>', undefined],
  ['s3:GetBucketVersioning', '<LifecycleConfiguration/>', 'Versioning'],
  ['s3:GetBucketLocation', '<LocationConstraint/>', undefined],
  ['s3:GetBucketLocation', '<html>', 'Location'],
  ['s3:GetBucketTagging', '<Tagging/>', undefined],
])('%s answered with %s lacks %s', (call, xml, lacking) => {
  expect(lackingRoot(call, xml)).toBe(lacking)
})
