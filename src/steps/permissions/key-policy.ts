import { GetKeyPolicyCommand } from '@aws-sdk/client-kms'
import type { AwsContext } from '../../aws/context.ts'
import { parsePolicy, type Statement } from '../../aws/policy.ts'
import { matches } from '../../aws/wildcard.ts'
import { AppError, toAppError } from '../../core/errors.ts'
import { byRegion, type Env, logGroupArn, onBehalfOf } from '../env.ts'
import { PUBLISHERS } from '../notify/topic-policy.ts'

/** A statement that a key's policy has to have, so that a service may use the key for what is ours. */
export interface KeyDemand {
  key: string
  /** What the key is for: "bucket", "log group", "topic". */
  use: string
  statement: Statement
}

/** What the keys of the settings have to allow, after AWS's own examples for each service. Pure. */
export function keyDemands(env: Env): KeyDemand[] {
  const { bucketKmsKey, logGroupKmsKey, snsTopic, topicKmsKey } = env.settings
  const allow = (service: string, Action: string[], Condition?: Statement['Condition']): Statement => ({
    Effect: 'Allow',
    Principal: { Service: [service] },
    Action,
    Resource: ['*'],
    ...(Condition && { Condition }),
  })
  const demands = byRegion(env).flatMap((each) => [
    {
      key: bucketKmsKey,
      use: 'bucket',
      statement: allow('bedrock.amazonaws.com', ['kms:GenerateDataKey'], onBehalfOf(each, 'bedrock', '*')),
    },
    {
      key: logGroupKmsKey,
      use: 'log group',
      statement: allow(
        `logs.${each.region}.amazonaws.com`,
        ['kms:Decrypt*', 'kms:Describe*', 'kms:Encrypt*', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
        { ArnEquals: { 'kms:EncryptionContext:aws:logs:arn': [logGroupArn(each)] } },
      ),
    },
    ...PUBLISHERS.filter(({ wanted }) => wanted(each)).map(({ service }) => ({
      key: snsTopic === '' ? topicKmsKey : '',
      use: 'topic',
      statement: allow(`${service}.amazonaws.com`, ['kms:Decrypt', 'kms:GenerateDataKey*']),
    })),
  ])
  return demands.filter(({ key }) => key !== '')
}

/**
 * Whether a key's policy allows what is demanded: some statement allows the service each of the actions. Conditions are
 * not judged: they may be written in many ways that come to the same. Pure.
 */
function isMet({ statement }: KeyDemand, policy: readonly Statement[]): boolean {
  const [service = ''] = statement.Principal === '*' ? [] : (statement.Principal?.Service ?? [])
  const allowing = policy.filter(({ Effect, Principal }) => {
    if (Effect !== 'Allow') return false
    return Principal === '*' || Principal?.Service?.includes(service) || Principal?.AWS?.includes('*')
  })
  return statement.Action.every((action) =>
    allowing.some(({ Action }) => Action.some((given) => matches(given.toLowerCase(), action.toLowerCase()))),
  )
}

/**
 * Looks at the policies of the keys in use. Answers an error with the statements to add; a policy that may not be read is
 * a warning.
 */
export async function checkKeys(cx: AwsContext, env: Env): Promise<AppError | undefined> {
  const demands = keyDemands(env)
  const lacking = await Promise.all(demands.map(async (demand) => ((await meets(cx, demand)) ? [] : [demand])))
  const missing = lacking.flat()
  const [first] = missing
  if (!first) return undefined
  const list = missing.map(({ key, use, statement }) => `${key} (${use}): ${JSON.stringify(statement)}`)
  const message = `the key policy of ${first.key} does not let AWS use it for the ${first.use}; nothing was changed`
  return new AppError('blocked', 'KeyPolicyLacksStatement', message, {
    hint: `add to the key policy, then run it again: ${list.join('; ')}`,
  })
}

async function meets(cx: AwsContext, demand: KeyDemand): Promise<boolean> {
  const region = demand.key.split(':')[3] ?? ''
  try {
    const { Policy } = await cx.in(region).aws.kms.send(new GetKeyPolicyCommand({ KeyId: demand.key }))
    return isMet(demand, parsePolicy(Policy))
  } catch (thrown) {
    const error = toAppError(thrown)
    if (error.kind === 'interrupted' || error.kind === 'credentials') throw error
    const message = `the policy of key ${demand.key} could not be checked for the ${demand.use}: ${error.message}`
    cx.emit({ type: 'warning', warning: { code: 'key-policy-unknown', message } })
    return true
  }
}
