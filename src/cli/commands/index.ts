import { type Entry, loadAll } from './command.ts'

/** Every command, in the order of help. Each is loaded when it is named. */
export const COMMANDS: readonly Entry[] = [
  {
    name: 'report',
    group: 'Usage and cost',
    summary: 'usage and cost by model, identity or day; needs no setup',
    first: { says: 'what was used and what it cost, the last day', run: 'bedrock-monitor report' },
    body: async () => (await import('./report/index.ts')).reportCommand,
  },
  {
    name: 'query',
    group: 'Usage and cost',
    summary: 'ready-made questions to the invocation log: who, what, when',
    body: async () => (await import('./query/index.ts')).queryCommand,
  },
  {
    name: 'watch',
    group: 'Usage and cost',
    summary: 'live view of the last hour: calls, tokens, spend, latency, errors',
    body: async () => (await import('./watch/index.ts')).watchCommand,
  },
  {
    name: 'prices',
    group: 'Usage and cost',
    summary: 'which price applies to a model, from which source, as of when',
    body: async () => (await import('./prices/index.ts')).pricesCommand,
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
    summary: 'find out why there is no data, with a cure for each fault',
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
    summary: 'show and check the settings, or write a file of them',
    body: async () => (await import('./config/index.ts')).configCommand,
  },
  {
    name: 'permissions',
    group: 'Monitoring',
    summary: 'print the least-privilege IAM policy to run these commands with',
    body: async () => (await import('./permissions/index.ts')).permissionsCommand,
  },
  {
    name: 'demo',
    group: 'Without an account',
    summary: 'the whole tour on a local AWS: setup, traffic, report, cleanup',
    first: {
      says: 'see the program do its whole job in a few seconds, without an account',
      run: 'bedrock-monitor demo',
    },
    body: async () => (await import('./demo/index.ts')).demoCommand,
  },
  {
    name: 'sandbox',
    group: 'Without an account',
    summary: 'run a local AWS with a day of made-up Bedrock traffic',
    body: async () => (await import('./sandbox/index.ts')).sandboxCommand,
  },
  {
    name: 'completion',
    group: 'Shell',
    summary: 'print the script that completes command lines in your shell',
    body: async () => (await import('./completion/index.ts')).completionCommand(() => loadAll(COMMANDS)),
  },
]
