import type { TableRow } from './row.ts'

/** Anthropic's models. */
export const ANTHROPIC: Record<string, readonly TableRow[]> = {
  // The source's figure for `eu` is left out: it is that of Claude 3 Haiku.
  'anthropic.claude-3-5-haiku-20241022-v1:0': [{ at: 'list us', usd: [0.8, 4, 0.08, 1] }],
  'anthropic.claude-3-5-sonnet-20240620-v1:0': [
    { at: 'list apac eu us', usd: [3, 15, 0.3, 3.75] },
    { at: 'us-gov-east-1 us-gov-west-1', usd: [3.6, 18, 0.36, 4.5] },
  ],
  'anthropic.claude-3-5-sonnet-20241022-v2:0': [{ at: 'list apac eu us', usd: [3, 15, 0.3, 3.75] }],
  'anthropic.claude-3-7-sonnet-20240620-v1:0': [{ at: 'list', usd: [3.6, 18, 0.36, 4.5] }],
  'anthropic.claude-3-7-sonnet-20250219-v1:0': [
    { at: 'list eu us', usd: [3, 15, 0.3, 3.75] },
    { at: 'us-gov-west-1', usd: [3.6, 18, 0.36, 4.5] },
  ],
  'anthropic.claude-3-haiku-20240307-v1:0': [
    { at: 'list apac eu us', usd: [0.25, 1.25, 0.025, 0.3125] },
    { at: 'us-gov-east-1 us-gov-west-1', usd: [0.3, 1.5, 0.03, 0.375] },
  ],
  'anthropic.claude-3-opus-20240229-v1:0': [{ at: 'list eu us', usd: [15, 75, 1.5, 18.75] }],
  'anthropic.claude-3-sonnet-20240229-v1:0': [{ at: 'list apac eu us', usd: [3, 15, 0.3, 3.75] }],
  'anthropic.claude-fable-5': [
    { at: 'global', usd: [10, 50, 1, 12.5, 20] },
    { at: 'eu us', usd: [11, 55, 1.1, 13.75, 22] },
  ],
  'anthropic.claude-haiku-4-5-20251001-v1:0': [
    { at: 'global', usd: [1, 5, 0.1, 1.25, 2] },
    { at: 'us-gov-east-1 us-gov-west-1', usd: [1.2, 6, 0.12, 1.5, 2.4] },
    { at: 'apac', usd: [1.1, 5.5, 0.11, 1.375] },
    { at: 'au eu jp us', usd: [1.1, 5.5, 0.11, 1.375, 2.2] },
  ],
  'anthropic.claude-instant-v1': [
    { at: 'list us-east-1 us-west-2', usd: [0.8, 2.4] },
    { at: 'ap-northeast-1', usd: [2.23, 7.55] },
    { at: 'eu-central-1', usd: [2.48, 8.38] },
  ],
  'anthropic.claude-mythos-preview': [{ at: 'list', usd: [0, 0] }],
  'anthropic.claude-opus-4-1-20250805-v1:0': [{ at: 'list eu us', usd: [15, 75, 1.5, 18.75] }],
  'anthropic.claude-opus-4-20250514-v1:0': [{ at: 'list eu us', usd: [15, 75, 1.5, 18.75] }],
  'anthropic.claude-opus-4-5-20251101-v1:0': [
    { at: 'global', usd: [5, 25, 0.5, 6.25, 10] },
    { at: 'eu', usd: [5, 25, 0.5, 6.25] },
    { at: 'us', usd: [5.5, 27.5, 0.55, 6.875, 11] },
  ],
  'anthropic.claude-opus-4-6-v1': [
    { at: 'global', usd: [5, 25, 0.5, 6.25, 10] },
    { at: 'au eu us', usd: [5.5, 27.5, 0.55, 6.875, 11] },
  ],
  'anthropic.claude-opus-4-7': [
    { at: 'global', usd: [5, 25, 0.5, 6.25, 10] },
    { at: 'au eu us', usd: [5.5, 27.5, 0.55, 6.875, 11] },
    { at: 'jp', usd: [5.5, 27.5, 0.55, 6.875] },
  ],
  'anthropic.claude-opus-4-8': [
    { at: 'global', usd: [5, 25, 0.5, 6.25, 10] },
    { at: 'au eu jp us', usd: [5.5, 27.5, 0.55, 6.875, 11] },
  ],
  'anthropic.claude-opus-5': [
    { at: 'global', usd: [5, 25, 0.5, 6.25, 10] },
    { at: 'au eu jp us', usd: [5.5, 27.5, 0.55, 6.875, 11] },
  ],
  'anthropic.claude-sonnet-4-20250514-v1:0': [{ at: 'list global apac eu us', usd: [3, 15, 0.3, 3.75] }],
  'anthropic.claude-sonnet-4-5-20250929-v1:0': [
    { at: 'global', usd: [3, 15, 0.3, 3.75, 6] },
    { at: 'us-gov-east-1 us-gov-west-1 us-gov', usd: [3.6, 18, 0.36, 4.5, 7.2] },
    { at: 'au eu jp us', usd: [3.3, 16.5, 0.33, 4.125, 6.6] },
  ],
  'anthropic.claude-sonnet-4-6': [
    { at: 'global', usd: [3, 15, 0.3, 3.75, 6] },
    { at: 'au eu jp us', usd: [3.3, 16.5, 0.33, 4.125, 6.6] },
  ],
  'anthropic.claude-sonnet-5': [
    { at: 'global', usd: [2, 10, 0.2, 2.5, 4] },
    { at: 'au eu jp us', usd: [2.2, 11, 0.22, 2.75, 4.4] },
  ],
  'anthropic.claude-v1': [{ at: 'list ap-northeast-1 eu-central-1 us-east-1 us-west-2', usd: [8, 24] }],
  'anthropic.claude-v2:1': [{ at: 'list ap-northeast-1 eu-central-1 us-east-1 us-west-2', usd: [8, 24] }],
}
