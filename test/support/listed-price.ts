/** What AWS's list says of the standard on-demand input tokens of a model, without their price. */
export const LISTED_INPUT = {
  model: 'novamicro',
  region: 'us-east-1',
  routing: 'in-region',
  tier: 'standard',
  long: false,
  mantle: false,
  kind: 'input',
} as const
