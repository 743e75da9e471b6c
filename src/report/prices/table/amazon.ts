import type { TableRow } from './row.ts'

/** Amazon's own models. */
export const AMAZON: Record<string, readonly TableRow[]> = {
  'amazon.nova-2-lite-v1:0': [
    { at: 'global', usd: [0.3, 2.5, 0.075] },
    { at: 'apac eu us', usd: [0.33, 2.75, 0.0825] },
  ],
  'amazon.nova-2-multimodal-embeddings-v1:0': [{ at: 'list', usd: [0.135, 0] }],
  'amazon.nova-2-pro-preview-20251202-v1:0': [{ at: 'list apac eu us', usd: [2.1875, 17.5, 0.546875] }],
  'amazon.nova-lite-v1:0': [
    { at: 'list us', usd: [0.06, 0.24] },
    { at: 'apac', usd: [0.063, 0.252] },
    { at: 'eu', usd: [0.078, 0.312] },
  ],
  'amazon.nova-micro-v1:0': [
    { at: 'list us', usd: [0.035, 0.14] },
    { at: 'apac', usd: [0.037, 0.148] },
    // From AWS's own list, where Tokyo stands apart from the rest of its geography.
    { at: 'ap-northeast-1', usd: [0.042, 0.168] },
    { at: 'eu', usd: [0.046, 0.184] },
  ],
  'amazon.nova-premier-v1:0': [{ at: 'us', usd: [2.5, 12.5] }],
  'amazon.nova-pro-v1:0': [
    { at: 'list us', usd: [0.8, 3.2] },
    { at: 'us-gov-east-1 us-gov-west-1', usd: [0.96, 3.84] },
    { at: 'apac', usd: [0.84, 3.36] },
    { at: 'eu', usd: [1.05, 4.2] },
  ],
  'amazon.titan-embed-g1-text-02': [{ at: 'list', usd: [0.1, 0] }],
  'amazon.titan-embed-image-v1': [{ at: 'list', usd: [0.8, 0] }],
  'amazon.titan-embed-text-v1': [{ at: 'list us-gov-east-1 us-gov-west-1', usd: [0.1, 0] }],
  'amazon.titan-embed-text-v2:0': [
    { at: 'list', usd: [0.02, 0] },
    { at: 'us-gov-east-1 us-gov-west-1', usd: [0.2, 0] },
  ],
  'amazon.titan-text-express-v1': [{ at: 'list us-gov-east-1 us-gov-west-1', usd: [1.3, 1.7] }],
  'amazon.titan-text-lite-v1': [{ at: 'list us-gov-east-1 us-gov-west-1', usd: [0.3, 0.4] }],
  'amazon.titan-text-premier-v1:0': [{ at: 'list us-gov-east-1 us-gov-west-1', usd: [0.5, 1.5] }],
}
