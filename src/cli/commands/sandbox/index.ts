import { usageError } from '../../../core/errors.ts'
import { HOUR_MS, lastHours } from '../../../report/window.ts'
import { grouped } from '../../../text/numbers.ts'
import { SEED_FLAG, wholeNumber } from '../../args/flag.ts'
import { type App, printJson } from '../../session/app.ts'
import { command } from '../command.ts'
import { BILL_FLAG, billOptions } from './bill-flag.ts'

const LIVE = 6
const MOST_MEMBERS = 200
const MOST_DAYS = 60
/** With so many days weekends are quieter. */
const WEEKLY_FROM = 14
/** What memory has room for: members share what the account itself leaves of it. */
const MOST_CALLS = 600_000
/** The hour with more calls began so long ago. */
const SPIKE_AGO_MS = 4 * HOUR_MS

export const sandboxCommand = command({
  examples: [
    { says: 'start a local AWS; prints the environment variables to use it', run: 'bedrock-monitor sandbox' },
    { says: 'on a fixed port, with different traffic', run: 'bedrock-monitor sandbox --port 4599 --seed 7' },
    {
      says: 'a month of calls, and its bill for --source cur:./bill/cur',
      run: 'bedrock-monitor sandbox --days 30 --cur ./bill',
    },
    { says: 'make some calls fail', run: 'bedrock-monitor sandbox --faults faults.json' },
  ],
  flags: [
    { name: 'port', value: 'N', describe: 'port on 127.0.0.1 (default: a free one)', check: wholeNumber(0, 65_535) },
    SEED_FLAG,
    {
      name: 'live',
      value: 'N',
      describe: `calls a minute from now on, 0 for none (default ${LIVE})`,
      check: wholeNumber(0, 600),
    },
    {
      name: 'members',
      value: 'N',
      describe: `play an organization with N other accounts, each with traffic, up to ${MOST_MEMBERS}; many of them over many days call less often`,
      check: wholeNumber(0, MOST_MEMBERS),
    },
    {
      name: 'linked',
      describe: 'with --members: they share metrics and logs through CloudWatch, as with a monitoring account',
    },
    {
      name: 'days',
      value: 'N',
      describe: `begin with the calls of the last N days, up to ${MOST_DAYS} (default 1); from ${WEEKLY_FROM} on weekends are quieter`,
      check: wholeNumber(1, MOST_DAYS),
    },
    {
      name: 'features',
      describe: 'use the OpenAI-compatible endpoint, guardrails, agents, flows and knowledge bases, too',
    },
    {
      name: 'spike',
      value: 'N',
      describe: 'N times as many calls in one hour, four hours ago',
      check: wholeNumber(2, 100),
    },
    {
      name: 'cur',
      value: 'DIR',
      describe: 'also write its bill there as AWS exports it: CUR 2.0 in DIR/cur, FOCUS in DIR/focus',
    },
    BILL_FLAG,
    { name: 'faults', value: 'FILE', describe: 'JSON list of the calls that fail' },
  ],
  parse(args) {
    const [linked, members] = [args.is('linked'), Number(args.text('members') ?? 0)]
    if (linked && members === 0) throw usageError('--linked needs --members', 'pass --members N, too')
    return {
      linked,
      features: args.is('features'),
      port: Number(args.text('port') ?? 0),
      seed: args.text('seed') === undefined ? undefined : Number(args.text('seed')),
      faults: args.text('faults'),
      cur: args.text('cur'),
      members,
      days: Number(args.text('days') ?? 1),
      bill: billOptions(args.list('bill')),
      spike: Number(args.text('spike') ?? 1),
      live: Number(args.text('live') ?? LIVE),
    }
  },
  async run(app, options) {
    const { openSandbox, readFaults } = await import('./traffic.ts')
    const { DEFAULT_SEED, playDay, playFeatures, playLogged, playOn, watchAlarms, writeBill } = await import(
      './traffic.ts'
    )
    const { CALLS_AN_HOUR, createPlayer } = await import('../../../sandbox/traffic.ts')
    const { resolveRegion } = await import('../../session/region.ts')
    const { cx, io, common } = app
    const region = resolveRegion(common.regions, {}, 'us-east-1')
    const faults = options.faults === undefined ? [] : await readFaults(options.faults)
    const { port, members, bill, linked } = options
    const sandbox = await openSandbox({ port, region, faults, members, bill, linked })
    try {
      const now = cx.clock.now()
      const seed = options.seed ?? DEFAULT_SEED
      const play = createPlayer(sandbox.services)
      const day = { ...lastHours(now, 24 * options.days), end: now }
      const start = Math.floor((now - SPIKE_AGO_MS) / HOUR_MS) * HOUR_MS
      const traffic = playDay(sandbox, seed, day, play, {
        weekly: options.days >= WEEKLY_FROM,
        spike: { start, end: start + HOUR_MS, times: options.spike },
      })
      for (const [index, { id }] of sandbox.organizations.members.entries()) {
        const member = { ...sandbox, account: id, services: sandbox.servicesOf(id) }
        const left = (MOST_CALLS - traffic.calls) / (members * options.days * 24)
        const shape = { invocationsPerHour: Math.min(CALLS_AN_HOUR, left) }
        playDay(member, seed + index + 1, day, options.linked ? playLogged(member, now) : undefined, shape)
      }
      if (options.features) playFeatures(sandbox, { seed, ...day })
      if (options.cur !== undefined) await writeBill(sandbox, options.cur, now)
      const { url, account, env } = sandbox
      if (common.json) {
        printJson(app, { schemaVersion: 1, command: 'sandbox', ok: true, url, account, region, env, traffic })
      } else for (const line of shellLines(env, app.env)) io.stdout.line(line)
      if (!common.quiet && !common.json) {
        const { calls, models, identities } = traffic
        io.stderr.line(
          `A local AWS on ${url}: ${grouped(calls)} calls in the last ${options.days === 1 ? 'day' : `${options.days} days`}`,
        )
        const more = options.live === 0 ? '' : `, and ${options.live} a minute from now on`
        io.stderr.line(`of ${models} models by ${identities} identities${more}.`)
        io.stderr.line('Set the variables above in another shell and run bedrock-monitor there: metrics')
        io.stderr.line('are there at once, log records once setup is done. Ctrl-C stops it and forgets all.')
      }
      const work = [watchAlarms(cx, sandbox)]
      if (options.live > 0)
        work.push(playOn(cx, sandbox, { seed, perMinute: options.live, start: now, features: options.features }, play))
      await untilAborted(cx.signal, Promise.all(work))
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

/** Resolves once the user has had enough, which is a server's ordinary end; rejects with what ends the work before that. */
async function untilAborted(signal: AbortSignal, work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
