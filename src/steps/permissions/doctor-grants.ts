import type { Grant } from '../../core/resource.ts'
import { type Env, logGroupArn, topicArn } from '../env.ts'

/** What the examination reads beside the state of the resources. */
export function doctorGrants(env: Env): Grant[] {
  const group = logGroupArn(env)
  return [
    { actions: ['cloudwatch:ListMetrics', 'cloudwatch:GetMetricData'], resources: ['*'] },
    { actions: ['bedrock:GetModelInvocationLoggingConfiguration'], resources: ['*'] },
    { actions: ['bedrock:ListInferenceProfiles', 'bedrock:GetInferenceProfile'], resources: ['*'] },
    { actions: ['logs:StartQuery'], resources: [group, `${group}:*`] },
    { actions: ['logs:GetQueryResults', 'logs:StopQuery'], resources: ['*'] },
    { actions: ['sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic'], resources: [topicArn(env)] },
  ]
}
