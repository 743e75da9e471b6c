import { isIPv6 } from 'node:net'
import { isAppError, usageError } from '../../../core/errors.ts'
import type { Address } from '../../../watch/exporter/server.ts'
import { ACCOUNT_FLAGS, NO_LINKED } from '../../args/account-flags.ts'
import type { Args } from '../../args/args.ts'
import { choice, OFFLINE_FLAG, wholeNumber } from '../../args/flag.ts'
import { type App, printJson } from '../../session/app.ts'
import { command } from '../command.ts'

export interface ExporterOptions {
  /** As it was given. */
  listen: string
  address: Address
  intervalMs: number
  by: string | undefined
  print: 'dashboard' | 'rules' | undefined
  teamsFile: string | undefined
  offline: boolean
  linked: boolean
}

/** CloudWatch's data come by the minute; each quarter of an hour all models are looked for. */
const LEAST_SECONDS = 60
const MOST_SECONDS = 900
const USUAL_SECONDS = 300
const USUAL_ADDRESS = '127.0.0.1:10464'

export const exporterCommand = command<ExporterOptions>({
  examples: [
    { says: `metrics for Prometheus on http://${USUAL_ADDRESS}/metrics`, run: 'bedrock-monitor exporter' },
    { says: 'where other machines reach it', run: 'bedrock-monitor exporter --listen 0.0.0.0:10464' },
    { says: 'of all accounts of the organization', run: 'bedrock-monitor exporter --accounts org' },
    { says: 'who calls, too, from the invocation log', run: 'bedrock-monitor exporter --by role' },
    { says: 'a dashboard for Grafana', run: 'bedrock-monitor exporter --print-dashboard' },
    { says: 'alert rules for Prometheus', run: 'bedrock-monitor exporter --print-rules' },
  ],
  flags: [
    {
      name: 'listen',
      value: '[HOST:]PORT',
      describe: `where it serves /metrics and /healthz (default ${USUAL_ADDRESS})`,
      check: (value) => (parseAddress(value) ? undefined : `HOST:PORT, such as ${USUAL_ADDRESS}`),
    },
    {
      name: 'interval',
      value: 'N',
      describe: `seconds between reads of CloudWatch, ${LEAST_SECONDS} to ${MOST_SECONDS} (default ${USUAL_SECONDS})`,
      check: wholeNumber(LEAST_SECONDS, MOST_SECONDS),
    },
    {
      name: 'by',
      value: 'CALLER',
      describe: 'also show who calls, from the invocation log: role, user or identity',
      ...choice('role', 'user', 'identity'),
    },
    { name: 'teams', value: 'FILE', describe: 'CSV file of the rules that name teams' },
    { name: 'print-dashboard', describe: 'print a dashboard for Grafana, and exit' },
    { name: 'print-rules', describe: 'print alert rules for Prometheus, and exit' },
    OFFLINE_FLAG,
    ...ACCOUNT_FLAGS,
    NO_LINKED,
  ],
  parse: (args) => ({
    ...listenOf(args.text('listen') ?? USUAL_ADDRESS),
    intervalMs: Number(args.text('interval') ?? USUAL_SECONDS) * 1_000,
    by: args.text('by'),
    print: printOf(args),
    teamsFile: args.text('teams'),
    offline: args.is('offline'),
    linked: !args.is('no-linked'),
  }),
  async run(app, options) {
    if (options.print) return print(app, options.print)
    const { runExporter } = await import('./run.ts')
    try {
      return await runExporter(app, options)
    } catch (error) {
      // It never ends by itself: Ctrl-C and SIGTERM are its ordinary end.
      if (app.cx.signal.aborted && isAppError(error) && error.kind === 'interrupted') return 0
      throw error
    }
  },
})

function printOf(args: Args): ExporterOptions['print'] {
  const [isDashboard, isRules] = [args.is('print-dashboard'), args.is('print-rules')]
  if (isDashboard && isRules) throw usageError('--print-dashboard and --print-rules are two files', 'pass one of them')
  return isDashboard ? 'dashboard' : isRules ? 'rules' : undefined
}

function listenOf(listen: string): Pick<ExporterOptions, 'listen' | 'address'> {
  const address = parseAddress(listen)
  // The check of the flag has refused it.
  if (!address) throw new TypeError(`not an address: ${listen}`)
  return { listen, address }
}

/** `HOST:PORT`, `[::1]:PORT` or `PORT`; undefined for what is none of these. */
export function parseAddress(text: string): Address | undefined {
  const [, ipv6, name = '127.0.0.1', digits] = /^(?:\[([\da-f:.]+)\]:|([\w.-]+):)?(\d{1,5})$/i.exec(text) ?? []
  const port = Number(digits)
  if (!(port <= 65_535) || (ipv6 !== undefined && !isIPv6(ipv6))) return undefined
  return { host: ipv6 ?? name, port }
}

async function print(app: App, what: 'dashboard' | 'rules'): Promise<number> {
  app.reporter.pause()
  if (what === 'dashboard') {
    printJson(app, (await import('../../../watch/exporter/dashboard.ts')).dashboard())
    return 0
  }
  const { rules, rulesYaml } = await import('../../../watch/exporter/rules.ts')
  // Prometheus reads both: JSON is YAML.
  if (app.common.json) printJson(app, rules())
  else app.io.stdout.write(rulesYaml())
  return 0
}
