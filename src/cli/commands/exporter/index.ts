import { isIPv6 } from 'node:net'
import { isAppError, usageError } from '../../../core/errors.ts'
import type { Address } from '../../../watch/exporter/server.ts'
import { choice, flag, valid, wholeNumber } from '../../args/flag.ts'
import { ACCOUNT_FLAGS, NO_LINKED, OFFLINE_FLAG } from '../../args/shared-flags.ts'
import { define, printJson } from '../../command.ts'

/** CloudWatch's data come by the minute; each quarter of an hour all models are looked for. */
const LEAST_SECONDS = 60
const MOST_SECONDS = 900
const USUAL_SECONDS = 300
const USUAL_ADDRESS = '127.0.0.1:10464'

export const command = define({
  examples: [
    [`metrics for Prometheus on http://${USUAL_ADDRESS}/metrics`, 'exporter'],
    ['where other machines reach it', 'exporter --listen 0.0.0.0:10464'],
    ['of all accounts of the organization', 'exporter --accounts org'],
    ['who calls, too, from the invocation log', 'exporter --by role'],
    ['a dashboard for Grafana', 'exporter --print-dashboard'],
    ['alert rules for Prometheus', 'exporter --print-rules'],
  ],
  flags: [
    flag(
      '--listen [HOST:]PORT',
      `where it serves /metrics and /healthz (default ${USUAL_ADDRESS})`,
      valid(parseAddress, `HOST:PORT, such as ${USUAL_ADDRESS}`),
    ),
    flag(
      '--interval N',
      `seconds between reads of CloudWatch, ${LEAST_SECONDS} to ${MOST_SECONDS} (default ${USUAL_SECONDS})`,
      wholeNumber(LEAST_SECONDS, MOST_SECONDS),
    ),
    flag(
      '--by CALLER',
      'also show who calls, from the invocation log: role, user or identity',
      choice('role', 'user', 'identity'),
    ),
    flag('--teams FILE', 'CSV file of the rules that name teams'),
    flag('--print-dashboard', 'print a dashboard for Grafana, and exit'),
    flag('--print-rules', 'print alert rules for Prometheus, and exit'),
    OFFLINE_FLAG,
    ...ACCOUNT_FLAGS,
    NO_LINKED,
  ],
  parse(args) {
    if (args.is('print-dashboard') && args.is('print-rules'))
      throw usageError('--print-dashboard and --print-rules are two files', 'pass one of them')
    return {
      listen: args.text('listen') ?? USUAL_ADDRESS,
      intervalMs: (args.number('interval') ?? USUAL_SECONDS) * 1_000,
      by: args.text('by'),
      printsDashboard: args.is('print-dashboard'),
      printsRules: args.is('print-rules'),
      teamsFile: args.text('teams'),
    }
  },
  async run(app, options) {
    if (options.printsDashboard) printJson(app, (await import('../../../watch/exporter/dashboard.ts')).dashboard())
    if (options.printsRules) {
      const { rules, rulesYaml } = await import('../../../watch/exporter/rules.ts')
      // Prometheus reads both: JSON is YAML.
      if (app.common.json) printJson(app, rules())
      else app.io.stdout.write(rulesYaml())
    }
    if (options.printsDashboard || options.printsRules) return 0
    const { runExporter } = await import('./run.ts')
    try {
      return await runExporter(app, { ...options, address: parseAddress(options.listen) as Address })
    } catch (error) {
      // It never ends by itself: Ctrl-C and SIGTERM are its ordinary end.
      if (app.cx.signal.aborted && isAppError(error) && error.kind === 'interrupted') return 0
      throw error
    }
  },
})

/** `HOST:PORT`, `[::1]:PORT` or `PORT`; undefined for what is none of these. */
export function parseAddress(text: string): Address | undefined {
  const [, ipv6, name = '127.0.0.1', digits] = /^(?:\[([\da-f:.]+)\]:|([\w.-]+):)?(\d{1,5})$/i.exec(text) ?? []
  const port = Number(digits)
  if (!(port <= 65_535) || (ipv6 !== undefined && !isIPv6(ipv6))) return undefined
  return { host: ipv6 ?? name, port }
}
