import { usageError } from '../../../core/errors.ts'
import { HOUR_MS, lastHours } from '../../../report/window.ts'
import type { BillOptions } from '../../../sandbox/bill/bill.ts'
import { grouped } from '../../../text/numbers.ts'
import { flag, valid, wholeNumber } from '../../args/flag.ts'
import { SEED_FLAG } from '../../args/shared-flags.ts'
import { type App, define, printJson } from '../../command.ts'

const LIVE = 6
const MOST_MEMBERS = 200
const MOST_DAYS = 60
/** With so many days weekends are quieter. */
const WEEKLY_FROM = 14
/** What memory has room for: members share what the account itself leaves of it. */
const MOST_CALLS = 600_000
/** The hour with more calls began so long ago. */
const SPIKE_AGO_MS = 4 * HOUR_MS

/** What may make the sandbox's bill another than list prices times use. */
const CAUSES: ReadonlyMap<string, (value: number) => BillOptions> = new Map<string, (value: number) => BillOptions>([
  ['private-rate', (percent) => ({ rateOff: () => percent })],
  ['discount', (percent) => ({ discountPercent: percent })],
  ['tax', (percent) => ({ taxPercent: percent })],
  ['credits', (usd) => ({ creditsUsd: usd })],
  ['refunds', (usd) => ({ refundsUsd: usd })],
  ['late', (days) => ({ lateDays: days })],
])

export const BILL_FLAG = flag(
  '--bill CAUSE=N',
  'on the bill: private-rate=, discount= and tax= in percent, credits= and refunds= in dollars a month, late= in days',
  {
    list: true,
    values: [...CAUSES.keys()].map((cause) => `${cause}=`),
    ...valid(parse, `one of ${[...CAUSES.keys()].map((cause) => `${cause}=N`).join(', ')}`),
  },
)

export function billOptions(words: readonly string[]): BillOptions {
  return Object.assign({}, ...words.map(parse))
}

function parse(text: string): BillOptions | undefined {
  const [, cause = '', value = ''] = /^([a-z-]+)=(\d{1,6}(?:\.\d{1,4})?)$/.exec(text) ?? []
  return CAUSES.get(cause)?.(Number(value))
}

export const command = define({
  examples: [
    ['start a local AWS; prints the environment variables to use it', 'sandbox'],
    ['on a fixed port, with different traffic', 'sandbox --port 4599 --seed 7'],
    ['a month of calls, and its bill for --source cur:./bill/cur', 'sandbox --days 30 --cur ./bill'],
    ['make some calls fail', 'sandbox --faults faults.json'],
  ],
  flags: [
    flag('--port N', 'port on 127.0.0.1 (default: a free one)', wholeNumber(0, 65_535)),
    SEED_FLAG,
    flag('--live N', `calls a minute from now on, 0 for none (default ${LIVE})`, wholeNumber(0, 600)),
    flag(
      '--members N',
      `play an organization with N other accounts, each with traffic, up to ${MOST_MEMBERS}; many of them over many days call less often`,
      wholeNumber(0, MOST_MEMBERS),
    ),
    flag('--linked', 'with --members: they share metrics and logs through CloudWatch, as with a monitoring account'),
    flag(
      '--days N',
      `begin with the calls of the last N days, up to ${MOST_DAYS} (default 1); from ${WEEKLY_FROM} on weekends are quieter`,
      wholeNumber(1, MOST_DAYS),
    ),
    flag('--features', 'use the OpenAI-compatible endpoint, guardrails, agents, flows and knowledge bases, too'),
    flag('--spike N', 'N times as many calls in one hour, four hours ago', wholeNumber(2, 100)),
    flag('--cur DIR', 'also write its bill there as AWS exports it: CUR 2.0 in DIR/cur, FOCUS in DIR/focus'),
    BILL_FLAG,
    flag('--faults FILE', 'JSON list of the calls that fail'),
  ],
  parse(args) {
    const members = args.number('members') ?? 0
    if (args.is('linked') && members === 0) throw usageError('--linked needs --members', 'pass --members N, too')
    return {
      areLinked: args.is('linked'),
      features: args.is('features'),
      port: args.number('port') ?? 0,
      seed: args.number('seed'),
      faults: args.text('faults'),
      cur: args.text('cur'),
      members,
      days: args.number('days') ?? 1,
      bill: billOptions(args.list('bill')),
      spike: args.number('spike') ?? 1,
      live: args.number('live') ?? LIVE,
    }
  },
  async run(app, options) {
    const traffic = await import('./traffic.ts')
    const { CALLS_AN_HOUR, createPlayer } = await import('../../../sandbox/traffic.ts')
    const { resolveRegion } = await import('../../session/connection.ts')
    const { cx, io, common } = app
    const region = resolveRegion(common.regions)
    const faults = options.faults === undefined ? [] : await traffic.readFaults(options.faults)
    if (options.cur !== undefined) {
      const { makeFolder } = await import('../../session/write-file.ts')
      await makeFolder(app, options.cur, '--cur')
    }
    const { port, members, bill, days, areLinked, features, seed = traffic.DEFAULT_SEED } = options
    const sandbox = await traffic.openSandbox({ port, region, faults, members, bill, linked: areLinked })
    try {
      const now = cx.clock.now()
      const play = createPlayer(sandbox.services)
      const day = { ...lastHours(now, 24 * days), end: now }
      const start = Math.floor((now - SPIKE_AGO_MS) / HOUR_MS) * HOUR_MS
      const played = traffic.playDay(sandbox, seed, day, play, {
        weekly: days >= WEEKLY_FROM,
        spike: { start, end: start + HOUR_MS, times: options.spike },
      })
      for (const [index, { id }] of sandbox.organizations.members.entries()) {
        const member = { ...sandbox, account: id, services: sandbox.servicesOf(id) }
        const left = (MOST_CALLS - played.calls) / (members * days * 24)
        const shape = { invocationsPerHour: Math.min(CALLS_AN_HOUR, left) }
        const logged = areLinked ? traffic.playLogged(member, now) : undefined
        traffic.playDay(member, seed + index + 1, day, logged, shape)
      }
      if (features) traffic.playFeatures(sandbox, { seed, ...day })
      if (options.cur !== undefined) await traffic.writeBill(sandbox, options.cur, now)
      const { url, account, env } = sandbox
      if (common.json)
        printJson(app, { schemaVersion: 1, command: 'sandbox', ok: true, url, account, region, env, traffic: played })
      else io.stdout.lines(shellLines(env, app.env))
      if (!common.quiet && !common.json) {
        const { calls, models, identities } = played
        const more = options.live === 0 ? '' : `, and ${options.live} a minute from now on`
        io.stderr.lines([
          `A local AWS on ${url}: ${grouped(calls)} calls in the last ${days === 1 ? 'day' : `${days} days`}`,
          `of ${models} models by ${identities} identities${more}.`,
          'Set the variables above in another shell and run bedrock-monitor there: metrics',
          'are there at once, log records once setup is done. Ctrl-C stops it; nothing is kept.',
        ])
      }
      const work = [traffic.watchAlarms(cx, sandbox)]
      if (options.live > 0)
        work.push(traffic.playOn(cx, sandbox, { seed, perMinute: options.live, start: now, features }, play))
      await Promise.all(work).catch((error: unknown) => {
        // The user has had enough, which is a server's ordinary end.
        if (!cx.signal.aborted) throw error
      })
    } finally {
      await sandbox.close()
    }
    return 0
  },
})

/** Would outrank the sandbox's keys or endpoint, spoil them, or send the calls through a proxy of the clear web. */
const IN_THE_WAY =
  /^(AWS_(DEFAULT_)?PROFILE|AWS_(SESSION|SECURITY)_TOKEN|AWS_CREDENTIAL_EXPIRATION|AWS_IGNORE_CONFIGURED_ENDPOINT_URLS|AWS_ENDPOINT_URL_\w+|http_proxy|HTTP_PROXY)$/

/** What leads a shell to the sandbox, and nowhere else. */
function shellLines(env: Readonly<Record<string, string>>, current: App['env']): string[] {
  const inTheWay = Object.keys(current).filter((name) => current[name] && IN_THE_WAY.test(name))
  return [
    ...Object.entries(env).map(([name, value]) => `export ${name}=${value}`),
    ...inTheWay.map((name) => `unset ${name}`),
  ]
}
