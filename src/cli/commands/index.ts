import type { Entry, Example } from '../command.ts'

function under(
  group: string,
  ...rows: readonly [name: string, summary: string, body: Entry['body'], first?: Example][]
) {
  return rows.map(([name, summary, body, first]): Entry => ({ name, group, summary, ...(first && { first }), body }))
}

/** Every command, in the order of help. Each is loaded when it is named. */
export const COMMANDS: readonly Entry[] = [
  ...under(
    'Usage and cost',
    [
      'report',
      'usage and cost by model, identity or day; needs no setup',
      () => import('./report/index.ts'),
      ['usage and cost of the last 24 hours', 'report'],
    ],
    ['reconcile', 'estimate beside bill, and why they differ', () => import('./reconcile/index.ts')],
    ['query', 'run ready-made queries on the invocation log', () => import('./query/index.ts')],
    ['watch', 'live view of the last hour: calls, tokens, spend, latency, errors', () => import('./watch/index.ts')],
    ['exporter', 'usage and cost for Prometheus, with dashboard and alerts', () => import('./exporter/index.ts')],
    ['teams', 'check who fits the rules of your teams, and what fits none', () => import('./teams/index.ts')],
    ['prices', 'show the price of a model, its source and its date', () => import('./prices/index.ts')],
    ['cache', 'show or clear the cache of logs that reports have read', () => import('./cache/index.ts')],
    ['mcp', 'let an AI agent read usage, cost and alarms (MCP over stdio)', () => import('./mcp/index.ts')],
  ),
  ...under(
    'Monitoring',
    [
      'setup',
      'create the monitoring: log delivery, dashboard and alarms',
      () => import('./setup/index.ts'),
      ['create the monitoring in the current account', 'setup'],
    ],
    ['status', 'show what exists, what is missing and what has drifted', () => import('./status/index.ts')],
    ['alarms', 'show the alarms and their states, or bring them up to date', () => import('./alarms/index.ts')],
    [
      'doctor',
      'find out why there is no data, and how to fix it',
      () => import('./doctor/index.ts'),
      ['why do I see no data?', 'doctor'],
    ],
    [
      'cleanup',
      'remove what setup created, and nothing else',
      () => import('./cleanup/index.ts'),
      ['remove the monitoring', 'cleanup'],
    ],
    ['config', 'show and check the settings, or write a configuration file', () => import('./config/index.ts')],
    ['permissions', 'print the least-privilege IAM policy for these commands', () => import('./permissions/index.ts')],
  ),
  ...under(
    'Without an account',
    [
      'demo',
      'a tour on a local AWS: setup, traffic, report, cleanup',
      () => import('./demo/index.ts'),
      ['see it work in a few seconds, without an account', 'demo'],
    ],
    ['sandbox', 'run a local AWS with a day of synthetic Bedrock traffic', () => import('./sandbox/index.ts')],
  ),
  ...under('Shell', [
    'completion',
    'print the completion script for your shell',
    () => import('./completion/index.ts'),
  ]),
]
