import { randomUUID } from 'node:crypto'
import type { LifecycleRule } from '@aws-sdk/client-s3'
import { bucketArn } from '../../arn.ts'
import { AwsFault } from '../../service.ts'
import { parsePolicy, resourcesOf } from '../policy.ts'
import type { Bucket } from './store.ts'

export function malformedXml(): AwsFault {
  const message = 'The XML you provided was not well-formed or did not validate against our published schema'
  return new AwsFault('MalformedXML', message)
}

const ACTIONS = [
  'Expiration',
  'Transitions',
  'NoncurrentVersionTransitions',
  'NoncurrentVersionExpiration',
  'AbortIncompleteMultipartUpload',
] as const satisfies (keyof LifecycleRule)[]

/** Lifecycle rules as S3 keeps them: each with an id of its own and at least one action. */
export function checkedRules(rules: readonly LifecycleRule[] | undefined): LifecycleRule[] {
  if (rules === undefined || rules.length === 0 || rules.length > 1000) throw malformedXml()
  const kept = rules.map((rule) => ({ ...rule, ID: rule.ID ?? randomUUID() }))
  for (const rule of kept) {
    if (rule.Status !== 'Enabled' && rule.Status !== 'Disabled') throw malformedXml()
    if (!ACTIONS.some((action) => rule[action] !== undefined)) {
      throw new AwsFault('InvalidRequest', 'At least one action needs to be specified in a rule.')
    }
    for (const days of [
      rule.Expiration?.Days,
      rule.NoncurrentVersionExpiration?.NoncurrentDays,
      rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation,
    ]) {
      if (days !== undefined && !(Number.isInteger(days) && days > 0)) {
        throw new AwsFault('InvalidArgument', "'Days' must be a positive integer")
      }
    }
  }
  if (new Set(kept.map((rule) => rule.ID)).size < kept.length) {
    throw new AwsFault('InvalidArgument', 'Rule ID must be unique. Found same ID for more than one rule')
  }
  return kept
}

/** The policy of a bucket as S3 takes it: readable, with principals, and about this very bucket. */
export function checkedBucketPolicy({ region, name }: Bucket, document: string): string {
  const policy = parsePolicy(document, { principal: true, resource: true })
  if (policy === undefined) {
    throw new AwsFault('MalformedPolicy', 'This policy contains invalid Json or lacks a required element')
  }
  const arn = bucketArn(region, name)
  if (!resourcesOf(policy).every((resource) => resource === arn || resource.startsWith(`${arn}/`))) {
    throw new AwsFault('MalformedPolicy', 'Policy has invalid resource')
  }
  return document
}
