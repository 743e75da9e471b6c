/** Whom a policy is for: whoever runs these commands. In a file of its own, so that help loads no step. */
export const PURPOSES = [
  'setup',
  'status',
  'report',
  'reconcile',
  'query',
  'exporter',
  'cleanup',
  'doctor',
  'mcp',
  'all',
] as const
export type Purpose = (typeof PURPOSES)[number]
