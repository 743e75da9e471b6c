import { GLOBAL, TemplateSecret } from '../../core/resource.ts'
import { LOGGING_TYPE } from '../3-logging.ts'
import type { Env } from '../env.ts'
import type { Exported, NamedPart } from './export.ts'

const STACK = 'bedrock-monitor'

/** What CloudFormation takes of a template that is not read from a bucket, in bytes. */
const INLINE_LIMIT = 51_200

/** The Regions of a command, and others that something of the account's stands in. */
export const regionsIn = ({ regions }: Env, parts: readonly NamedPart[]): string[] => [
  ...new Set([...regions, ...parts.flatMap(({ region }) => (region === GLOBAL ? [] : [region]))]),
]

/** A template for each Region; what is global is in that of the first, since two stacks cannot make the same. */
export function cloudFormation(env: Env, parts: readonly NamedPart[]): Exported {
  const stacks = regionsIn(env, parts).map((region, index) => {
    const here = parts.filter((part) => part.region === region || (index === 0 && part.region === GLOBAL))
    return { region, name: `${STACK}-${region}.json`, ...templateOf(env, region, here) }
  })
  const made = new Set(parts.filter(({ stands, type }) => stands && type !== LOGGING_TYPE).map(({ name }) => name))
  const deployments = stacks.flatMap(({ region, name, text, secrets }) => {
    const aws = (command: string) => `aws cloudformation ${command} --region ${region} --stack-name ${STACK}`
    const given =
      secrets.length > 0 ? ` --parameter-overrides ${secrets.map((secret) => `${secret}=URL`).join(' ')}` : ''
    const named = '--capabilities CAPABILITY_NAMED_IAM'
    const upload = text.length > INLINE_LIMIT ? ' --s3-bucket BUCKET' : ''
    if (made.size === 0)
      return [`the stack in ${region}: ${aws('deploy')} --template-file ${name} ${named}${upload}${given}`]
    const parameters = given
      .replace('parameter-overrides', 'parameters')
      .replaceAll(/(\w+)=/g, 'ParameterKey=$1,ParameterValue=')
    const changes = '--change-set-name take-over'
    return [
      `the stack in ${region}, which takes over bucket and log group: ${aws('create-change-set')} ${changes} --change-set-type CREATE --import-existing-resources --template-body file://${name} ${named}${parameters}`,
      `and once that is there: ${aws('execute-change-set')} ${changes}`,
    ]
  })
  const logging = env.regions.flatMap((region) =>
    loggingCommands(parts, region).map((put) => `logging in ${region}, which CloudFormation cannot turn on: ${put}`),
  )
  const cleanup = `remove what setup made, and keep the data: ${STACK} cleanup --region ${env.regions.join(',')} --keep-data`
  const again = `setup made ${made.size} of these already, and a stack cannot make them a second time`
  return {
    files: stacks.map(({ name, text }) => ({ name, text })),
    notes: made.size > 0 ? [again] : [],
    next: [...(made.size > 0 ? [cleanup] : []), ...deployments, ...logging],
  }
}

function templateOf(env: Env, region: string, parts: readonly NamedPart[]) {
  const made = parts.filter(({ type }) => type !== LOGGING_TYPE)
  const names = made.map(({ name }) => name)
  const secrets: Record<string, object> = {}
  const resources = made.map(({ name, type, properties, needs, keeps }) => {
    const dependsOn = needs.filter((need) => names.includes(need))
    const Properties = withReferences(properties, (secret) => {
      if (!(secret instanceof TemplateSecret)) return secret
      secrets[`${name}Endpoint`] = { Type: 'String', NoEcho: true, Description: `The endpoint at ${secret.shown}` }
      return { Ref: `${name}Endpoint` }
    })
    const policies = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' }
    const resource = { Type: type, ...(keeps && policies), ...(dependsOn.length > 0 && { DependsOn: dependsOn }) }
    return [name, { ...resource, Properties }]
  })
  const after = loggingCommands(parts, region)
  const template = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Monitoring of Amazon Bedrock in ${region} of account ${env.accountId}, written by bedrock-monitor setup --export`,
    ...(after.length > 0 && { Metadata: { [STACK]: { AfterTheStack: after } } }),
    ...(Object.keys(secrets).length > 0 && { Parameters: secrets }),
    Resources: Object.fromEntries(resources),
  }
  const pretty = `${JSON.stringify(template, null, 2)}\n`
  return {
    text: pretty.length > INLINE_LIMIT ? `${JSON.stringify(template)}\n` : pretty,
    secrets: Object.keys(secrets),
  }
}

function loggingCommands(parts: readonly NamedPart[], inRegion: string): string[] {
  return parts
    .filter(({ type, region }) => type === LOGGING_TYPE && region === inRegion)
    .map(({ properties }) => {
      const config = JSON.stringify(properties.LoggingConfig).replaceAll("'", "'\\''")
      return `aws bedrock put-model-invocation-logging-configuration --region ${inRegion} --logging-config '${config}'`
    })
}

/** The same with references in place of some of what stands in it. */
export function withReferences(value: unknown, refer: (leaf: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withReferences(item, refer))
  if (typeof value !== 'object' || value === null || value instanceof TemplateSecret) return refer(value)
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withReferences(member, refer)]))
}
