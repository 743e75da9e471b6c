import { GLOBAL, TemplateSecret } from '../../core/resource.ts'
import { LOGGING_TYPE } from '../3-logging.ts'
import type { Env } from '../env.ts'
import type { Exported, NamedPart } from './export.ts'

const STACK = 'bedrock-monitor'

/** A template for each Region; what is global is in that of the first, since two stacks cannot make the same. */
export function cloudFormation(env: Env, parts: readonly NamedPart[]): Exported {
  const files = env.regions.map((region, index) => {
    const here = parts.filter((part) => part.region === region || (index === 0 && part.region === GLOBAL))
    return { region, name: `${STACK}-${region}.json`, text: templateOf(env, region, here) }
  })
  const standing = parts.filter(({ stands, type }) => stands && type !== LOGGING_TYPE)
  const deploy = files.map(
    ({ region, name }) =>
      `the stack in ${region}: aws cloudformation deploy --region ${region} --stack-name ${STACK} --template-file ${name} --capabilities CAPABILITY_NAMED_IAM`,
  )
  const takeOver = files.map(
    ({ region, name }) =>
      `the stack in ${region}, which takes over bucket and log group: aws cloudformation create-change-set --region ${region} --stack-name ${STACK} --change-set-name take-over --change-set-type CREATE --import-existing-resources --template-body file://${name} --capabilities CAPABILITY_NAMED_IAM`,
  )
  return {
    files,
    notes:
      standing.length > 0
        ? [
            `setup made ${new Set(standing.map(({ name }) => name)).size} of these already: a stack cannot make them a second time`,
          ]
        : [],
    next: [
      ...(standing.length > 0
        ? [`remove what setup made, and keep the data: ${STACK} cleanup --keep-data`, ...takeOver]
        : deploy),
      ...env.regions.flatMap((region) =>
        loggingCommands(parts, region).map(
          (command) => `logging in ${region}, which CloudFormation cannot turn on: ${command}`,
        ),
      ),
    ],
  }
}

function templateOf(env: Env, region: string, parts: readonly NamedPart[]): string {
  const made = parts.filter(({ type }) => type !== LOGGING_TYPE)
  const names = made.map(({ name }) => name)
  const secrets: Record<string, object> = {}
  const resources = made.map(({ name, type, properties, needs, keeps }) => {
    const dependsOn = needs.filter((need) => names.includes(need))
    const Properties = withReferences(properties, (secret) => {
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
  return `${JSON.stringify(template, null, 2)}\n`
}

/** How logging is turned on where no template can. */
function loggingCommands(parts: readonly NamedPart[], inRegion: string): string[] {
  return parts
    .filter(({ type, region }) => type === LOGGING_TYPE && region === inRegion)
    .map(({ properties }) => {
      const config = JSON.stringify(properties.LoggingConfig).replaceAll("'", "'\\''")
      return `aws bedrock put-model-invocation-logging-configuration --region ${inRegion} --logging-config '${config}'`
    })
}

/** The same with references in place of secrets. */
function withReferences(value: unknown, refer: (secret: TemplateSecret) => unknown): unknown {
  if (value instanceof TemplateSecret) return refer(value)
  if (Array.isArray(value)) return value.map((item) => withReferences(item, refer))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withReferences(member, refer)]))
}
