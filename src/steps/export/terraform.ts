import { GLOBAL, TemplateSecret } from '../../core/resource.ts'
import { LOGGING_TYPE } from '../3-logging.ts'
import type { Env } from '../env.ts'
import { regionsIn } from './cloudformation.ts'
import type { Exported, NamedPart } from './export.ts'
import { Blocks, type Body, block, Expression, Json } from './hcl.ts'

/** Imports are of 1.5, a Region of a single resource is of version 6 of aws. */
export const REQUIRED = block('terraform', {
  required_version: '>= 1.5',
  required_providers: new Blocks({
    aws: { source: 'hashicorp/aws', version: '>= 6.0' },
    awscc: { source: 'hashicorp/awscc', version: '>= 1.0' },
  }),
})

/** Properties that the awscc provider takes as text in JSON. */
const JSON_PROPERTY = /PolicyDocument$|^DashboardBody$/

/** One file: CloudFormation's types through the awscc provider, the others through aws, and an import for each that stands. */
export function terraform(env: Env, parts: readonly NamedPart[]): Exported {
  const addresses = new Map(parts.map((part) => [part.name, addressOf(part)]))
  const secrets: string[] = []
  const resources = parts.map((part) => {
    const [type = '', label = ''] = addressOf(part).split('.')
    const needs = part.needs.map((need) => new Expression(addresses.get(need) ?? ''))
    const hidden = ({ shown }: TemplateSecret) => {
      const name = `${label}_endpoint`
      secrets.push(
        block(`variable "${name}"`, {
          description: `The endpoint at ${shown}`,
          type: new Expression('string'),
          sensitive: true,
        }),
      )
      return new Expression(`var.${name}`)
    }
    const ofAws = OF_AWS_PROVIDER.get(part.type)
    const aliased = !ofAws?.isOfAccount && part.region !== GLOBAL && part.region !== env.region
    const body = {
      ...(aliased && (ofAws ? { region: part.region } : { provider: new Expression(`awscc.${snake(part.region)}`) })),
      ...(ofAws ? ofAws.body(part.properties) : inAwscc(part.properties, hidden)),
      ...(needs.length > 0 && { depends_on: needs }),
      // What holds data is not lost by a change of a name.
      ...(part.keeps && { lifecycle: new Blocks({ prevent_destroy: true }) }),
    }
    const id = aliased && ofAws ? `${part.id}@${part.region}` : part.id
    const to = new Expression(addressOf(part))
    return [
      ...(part.stands && id !== undefined ? [block('import', { to, id })] : []),
      block(`resource "${type}" "${label}"`, body),
    ]
  })
  const text = [...headOf(env, regionsIn(env, parts)), ...secrets, ...resources.flat()].join('\n')
  return {
    files: [{ name: 'main.tf', text }],
    notes: [],
    next: ['see what Terraform would do: terraform init && terraform plan'],
  }
}

function headOf({ accountId, region }: Env, regions: readonly string[]): string[] {
  const others = regions.filter((each) => each !== region)
  return [
    `# Monitoring of Amazon Bedrock in account ${accountId}, written by bedrock-monitor setup --export terraform.\n`,
    REQUIRED,
    block('provider "aws"', { region, allowed_account_ids: [accountId] }),
    block('provider "awscc"', { region }),
    ...others.map((each) => block('provider "awscc"', { alias: snake(each), region: each })),
  ]
}

function addressOf({ type, name }: NamedPart): string {
  const [, service = '', thing = ''] = type.split('::')
  return `${OF_AWS_PROVIDER.get(type)?.type ?? `awscc_${service.toLowerCase()}_${snake(thing)}`}.${snake(name.replaceAll(/([a-z])(\d)/g, '$1_$2'))}`
}

/** A resource's properties as the awscc provider spells them. */
export function inAwscc(properties: Body, hidden?: (secret: TemplateSecret) => Expression): Body {
  const spelled = (value: unknown): unknown => {
    if (value instanceof TemplateSecret) return hidden?.(value)
    if (value instanceof Expression) return value
    if (Array.isArray(value)) return value.map(spelled)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => {
        if (!JSON_PROPERTY.test(key)) return [snake(key), spelled(member)]
        return [snake(key), new Json(typeof member === 'string' ? JSON.parse(member) : member)]
      }),
    )
  }
  return spelled(properties) as Body
}

type OfAws = { type: string; isOfAccount?: true; body(properties: Body): Body }

/** What Cloud Control, and so awscc, does not have, or has maps in that it would spell in its own way. */
const OF_AWS_PROVIDER: ReadonlyMap<string, OfAws> = new Map(
  Object.entries<OfAws>({
    [LOGGING_TYPE]: {
      type: 'aws_bedrock_model_invocation_logging_configuration',
      body({ LoggingConfig }) {
        const { audioDataDeliveryEnabled: _, ...config } = LoggingConfig as Body
        return inAws({ LoggingConfig: config })
      },
    },
    'AWS::BCMDataExports::Export': {
      type: 'aws_bcmdataexports_export',
      isOfAccount: true,
      body: ({ Export, Tags }) => ({ tags: tagsIn(Tags), ...inAws({ Export }) }),
    },
    'AWS::Glue::Database': {
      type: 'aws_glue_catalog_database',
      body: ({ CatalogId, DatabaseInput }) => inAws({ CatalogId, ...(DatabaseInput as Body) }),
    },
    'AWS::Glue::Table': {
      type: 'aws_glue_catalog_table',
      body: ({ TableInput, ...names }) => inAws({ ...names, ...(TableInput as Body) }),
    },
    'AWS::Budgets::Budget': {
      type: 'aws_budgets_budget',
      body({ Budget, NotificationsWithSubscribers, ResourceTags }) {
        const { BudgetName, BudgetType, TimeUnit, BudgetLimit, FilterExpression } = Budget as Budget
        const notifications = (NotificationsWithSubscribers as Notified[]).map(({ Notification, Subscribers }) => ({
          ...inAws(Notification),
          subscriber_sns_topic_arns: Subscribers.map(({ Address }) => Address),
        }))
        return {
          name: BudgetName,
          ...inAws({ BudgetType, TimeUnit }),
          limit_amount: String(BudgetLimit.Amount),
          limit_unit: BudgetLimit.Unit,
          tags: tagsIn(ResourceTags),
          ...inAws({ FilterExpression }),
          notification: new Blocks(...notifications),
        }
      },
    },
  }),
)

/** Members that are maps: their keys are somebody's own. */
const MAPS: ReadonlySet<string> = new Set(['Parameters', 'TableConfigurations'])
/** Names that the provider spells otherwise than all others. */
const SPELLED: ReadonlyMap<string, string> = new Map([
  ['SerdeInfo', 'ser_de_info'],
  ['cloudWatchConfig', 'cloudwatch_config'],
])

/** A resource's properties as the aws provider has them: objects, but for maps, are blocks, which stand after the attributes. */
function inAws(properties: Body): Body {
  const spelled = Object.entries(properties).map(([key, value]): [string, unknown] => {
    const all: unknown[] = [value].flat()
    const areBlocks = !MAPS.has(key) && all.every((one) => typeof one === 'object' && one !== null)
    return [SPELLED.get(key) ?? snake(key), areBlocks ? new Blocks(...all.map((one) => inAws(one as Body))) : value]
  })
  return Object.fromEntries(spelled.sort(([, a], [, b]) => Number(a instanceof Blocks) - Number(b instanceof Blocks)))
}

interface Budget {
  BudgetName: string
  BudgetType: string
  TimeUnit: string
  BudgetLimit: { Amount: number; Unit: string }
  FilterExpression: Body
}

interface Notified {
  Notification: Body
  Subscribers: { Address: string }[]
}

const tagsIn = (tags: unknown) =>
  Object.fromEntries((tags as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]))

/** "OKActions": `ok_actions`; "KMSMasterKeyID": `kms_master_key_id`; "us-east-1": `us_east_1`. */
function snake(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase()
}
