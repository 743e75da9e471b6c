import { TOKEN_KINDS } from '../src/report/charges.ts'
import { SETTINGS, type SettingDefinition } from '../src/steps/settings.ts'

const FIGURES = [...TOKEN_KINDS.map((kind) => `${kind}PerMillion`), 'perImage']
const PRICE = { $ref: '#/$defs/price' }

/** The JSON Schema of the configuration file. */
export function configSchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'bedrock-monitor configuration',
    description:
      'bedrock-monitor.json: the settings of setup, status and cleanup, and your own prices. Flags and environment variables are stronger.',
    type: 'object',
    additionalProperties: false,
    properties: {
      $schema: { type: 'string' },
      ...Object.fromEntries(SETTINGS.map((setting) => [setting.key, property(setting)])),
      prices: {
        description:
          'your own prices, before all others: by model id or ARN, one for every Region or a list of them by Region; US dollars per million tokens, or an image',
        type: 'object',
        additionalProperties: { anyOf: [PRICE, { type: 'array', items: PRICE }] },
      },
    },
    $defs: {
      price: {
        type: 'object',
        additionalProperties: false,
        properties: {
          region: { type: 'string', minLength: 1 },
          ...Object.fromEntries(FIGURES.map((figure) => [figure, { type: 'number', minimum: 0 }])),
        },
        anyOf: FIGURES.map((figure) => ({ properties: { [figure]: true }, required: [figure] })),
      },
    },
  }
}

function property({ type, default: value, describe: description, check: { schema = {} } }: SettingDefinition): object {
  return { description, ...('enum' in schema ? {} : { type }), ...schema, default: value }
}
