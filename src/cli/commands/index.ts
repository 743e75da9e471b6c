import { type Entry, loadAll } from './command.ts'

/** Every command, in the order of help. Each is loaded when it is named. */
export const COMMANDS: readonly Entry[] = [
  {
    name: 'report',
    group: 'Usage and cost',
    summary: 'usage and cost by model, identity or day; needs no setup',
    first: { says: 'usage and cost of the last 24 hours', run: 'bedrock-monitor report' },
    body: async () => (await import('./report/index.ts')).reportCommand,
  },
  {
    name: 'reconcile',
    group: 'Usage and cost',
    summary: 'estimate beside bill, and why they differ',
    body: async () => (await import('./reconcile/index.ts')).reconcileCommand,
  },
  {
    name: 'query',
    group: 'Usage and cost',
    summary: 'run ready-made queries on the invocation log',
    body: async () => (await import('./query/index.ts')).queryCommand,
  },
  {
    name: 'watch',
    group: 'Usage and cost',
    summary: 'live view of the last hour: calls, tokens, spend, latency, errors',
    body: async () => (await import('./watch/index.ts')).watchCommand,
  },
  {
    name: 'exporter',
    group: 'Usage and cost',
    summary: 'usage and cost for Prometheus, with dashboard and alerts',
    body: async () => (await import('./exporter/index.ts')).exporterCommand,
  },
  {
    name: 'teams',
    group: 'Usage and cost',
    summary: 'check who fits the rules of your teams, and what fits none',
    body: async () => (await import('./teams/index.ts')).teamsCommand,
  },
  {
    name: 'prices',
    group: 'Usage and cost',
    summary: 'show the price of a model, its source and its date',
    body: async () => (await import('./prices/index.ts')).pricesCommand,
  },
  {
    name: 'cache',
    group: 'Usage and cost',
    summary: 'show or clear the cache of logs that reports have read',
    body: async () => (await import('./cache/index.ts')).cacheCommand,
  },
  {
    name: 'mcp',
    group: 'Usage and cost',
    summary: 'let an AI agent read usage, cost and alarms (MCP over stdio)',
    body: async () => (await import('./mcp/index.ts')).mcpCommand(COMMANDS),
  },
  {
    name: 'setup',
    group: 'Monitoring',
    summary: 'create the monitoring: log delivery, dashboard and alarms',
    first: { says: 'create the monitoring in the current account', run: 'bedrock-monitor setup' },
    body: async () => (await import('./setup/index.ts')).setupCommand,
  },
  {
    name: 'status',
    group: 'Monitoring',
    summary: 'show what exists, what is missing and what has drifted',
    body: async () => (await import('./status/index.ts')).statusCommand,
  },
  {
    name: 'alarms',
    group: 'Monitoring',
    summary: 'show the alarms and their states, or bring them up to date',
    body: async () => (await import('./alarms/index.ts')).alarmsCommand,
  },
  {
    name: 'doctor',
    group: 'Monitoring',
    summary: 'find out why there is no data, and how to fix it',
    first: { says: 'why do I see no data?', run: 'bedrock-monitor doctor' },
    body: async () => (await import('./doctor/index.ts')).doctorCommand,
  },
  {
    name: 'cleanup',
    group: 'Monitoring',
    summary: 'remove what setup created, and nothing else',
    first: { says: 'remove the monitoring', run: 'bedrock-monitor cleanup' },
    body: async () => (await import('./cleanup/index.ts')).cleanupCommand,
  },
  {
    name: 'config',
    group: 'Monitoring',
    summary: 'show and check the settings, or write a settings file',
    body: async () => (await import('./config/index.ts')).configCommand,
  },
  {
    name: 'permissions',
    group: 'Monitoring',
    summary: 'print the least-privilege IAM policy for these commands',
    body: async () => (await import('./permissions/index.ts')).permissionsCommand,
  },
  {
    name: 'demo',
    group: 'Without an account',
    summary: 'a tour on a local AWS: setup, traffic, report, cleanup',
    first: {
      says: 'see it work in a few seconds, without an account',
      run: 'bedrock-monitor demo',
    },
    body: async () => (await import('./demo/index.ts')).demoCommand,
  },
  {
    name: 'sandbox',
    group: 'Without an account',
    summary: 'run a local AWS with a day of synthetic Bedrock traffic',
    body: async () => (await import('./sandbox/index.ts')).sandboxCommand,
  },
  {
    name: 'completion',
    group: 'Shell',
    summary: 'print the completion script for your shell',
    body: async () => (await import('./completion/index.ts')).completionCommand(() => loadAll(COMMANDS)),
  },
]
