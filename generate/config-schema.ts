import { UNALLOCATED } from '../src/report/grouping.ts'
import { AMOUNTS } from '../src/report/prices/overrides.ts'
import { RULE_KEYS, RULE_KEYS_OF, SPREADS } from '../src/report/teams/rules.ts'
import { TIERS } from '../src/report/terms.ts'
import type { SettingDefinition } from '../src/steps/settings.ts'
import { SETTINGS } from '../src/steps/settings.ts'

const PRICED = ['discountPercent', ...AMOUNTS]
const DAY = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' }
const GLOBS = { $ref: '#/$defs/globs' }
const PRICE = { $ref: '#/$defs/price' }

/** The JSON Schema of the configuration file. */
export function configSchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'bedrock-monitor configuration',
    description:
      'bedrock-monitor.json: the settings of setup, status and cleanup, and your own prices. Flags and environment variables are stronger.',
    // Not of JSON Schema: by these, editors take comments in a file that ends in .json.
    allowComments: true,
    allowTrailingCommas: true,
    type: 'object',
    additionalProperties: false,
    properties: {
      $schema: { type: 'string' },
      ...Object.fromEntries(SETTINGS.map((setting) => [setting.key, property(setting)])),
      prices: {
        description:
          'your own prices, before all others: by model id, ARN or a pattern of these with *, one or a list of them; US dollars per million tokens or an image, or a discount in percent of the list',
        type: 'object',
        additionalProperties: { anyOf: [PRICE, { type: 'array', items: PRICE }] },
      },
      profiles: {
        description:
          'application inference profiles by id or ARN, with the model that each is priced as; prompt routers by ARN, with a name',
        type: 'object',
        additionalProperties: { $ref: '#/$defs/profile' },
      },
      accounts: {
        description:
          'the accounts to work in, where --accounts names none; each may have a role and Regions of its own',
        type: 'array',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['id'],
          properties: {
            id: { type: 'string', pattern: '^[0-9]{12}$' },
            name: { description: 'shown beside the id', type: 'string', minLength: 1 },
            role: { description: 'name or ARN of the role to assume there', type: 'string', minLength: 1 },
            externalId: { description: 'what its trust policy asks for', type: 'string', minLength: 1 },
            regions: { type: 'array', minItems: 1, items: { type: 'string' } },
          },
        },
      },
      notify: {
        description: 'addresses for --notify, by name; $VARIABLE keeps what is secret out of the file',
        type: 'object',
        propertyNames: { pattern: '^[A-Za-z][A-Za-z0-9_-]*$' },
        additionalProperties: { type: 'string', pattern: '^(slack|teams|sns|https):.' },
      },
      teams: {
        description: 'who pays for what: see docs/teams.md',
        type: 'object',
        additionalProperties: false,
        required: ['rules'],
        properties: {
          rules: {
            description: 'the first that fits; what none fits is unallocated',
            type: 'array',
            minItems: 1,
            items: {
              type: 'object',
              required: ['team'],
              minProperties: 2,
              properties: {
                team: { type: 'string', minLength: 1, not: { const: UNALLOCATED } },
                ...Object.fromEntries(RULE_KEYS.map((key) => [key, GLOBS])),
              },
              patternProperties: { [`^(${RULE_KEYS_OF.join('|')}).+`]: GLOBS },
              additionalProperties: false,
            },
          },
          budgets: {
            description: 'US dollars a calendar month, by team',
            type: 'object',
            additionalProperties: { type: 'number', exclusiveMinimum: 0 },
          },
          shared: {
            description: 'teams whose cost is spread over the others: in equal parts, or by what each spent',
            type: 'object',
            additionalProperties: { enum: [...SPREADS] },
          },
        },
      },
    },
    $defs: {
      globs: {
        description: 'a pattern, or a list of which one has to fit: * is anything, ? one character',
        anyOf: [{ type: 'string' }, { type: 'array', minItems: 1, items: { type: 'string' } }],
      },
      profile: {
        type: 'object',
        additionalProperties: false,
        properties: {
          model: {
            description: 'the model that it stands for, as it is called, with its prefix',
            type: 'string',
            minLength: 1,
          },
          name: { description: 'shown in place of the id', type: 'string', minLength: 1 },
          tags: { type: 'object', additionalProperties: { type: 'string' } },
        },
        anyOf: ['model', 'name'].map((key) => ({ properties: { [key]: true }, required: [key] })),
      },
      price: {
        type: 'object',
        additionalProperties: false,
        properties: {
          region: { type: 'string', minLength: 1 },
          tier: { enum: [...TIERS] },
          from: { description: 'the first day (UTC) on which it holds', ...DAY },
          to: { description: 'the last day (UTC) on which it holds', ...DAY },
          discountPercent: {
            description: 'percent of the list that come off what has no amount here; below 0 they come on top',
            type: 'number',
            minimum: -100,
            maximum: 100,
          },
          ...Object.fromEntries(AMOUNTS.map((amount) => [amount, { type: 'number', minimum: 0 }])),
        },
        anyOf: PRICED.map((key) => ({ properties: { [key]: true }, required: [key] })),
      },
    },
  }
}

function property({ type, default: value, describe: description, check: { schema = {} } }: SettingDefinition): object {
  return { description, ...('enum' in schema ? {} : { type }), ...schema, default: value }
}
