import type { AwsContext } from '../../src/aws/context.ts'
import { awsContext } from '../../src/aws/regions.ts'
import type { CommandResult } from '../../src/core/change-report.ts'
import type { Context } from '../../src/core/context.ts'
import type { AppError } from '../../src/core/errors.ts'
import type { Event } from '../../src/core/events.ts'
import type { Recovery } from '../../src/core/run.ts'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts'
import { type Interaction, type SetupOptions, setup, status } from '../../src/steps/0-orchestrator.ts'
import { type CleanupOptions, cleanup } from '../../src/steps/7-cleanup.ts'
import type { Env } from '../../src/steps/env.ts'
import { resolveSettings } from '../../src/steps/resolve-settings.ts'
import { openSession, type Session } from '../../src/steps/session.ts'
import type { Settings } from '../../src/steps/settings.ts'
import { prepared } from './replay.ts'

export const REGION = 'us-east-1'

/** Credentials that the ordinary chain finds; the sandbox takes any. */
process.env.AWS_ACCESS_KEY_ID = 'test'
process.env.AWS_SECRET_ACCESS_KEY = 'test'
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
process.env.AWS_CONFIG_FILE = '/dev/null'
process.env.AWS_SHARED_CREDENTIALS_FILE = '/dev/null'

export interface World {
  sandbox: Sandbox
  /** Talks to the sandbox through the program's own clients. */
  cx: AwsContext
  env: Env
  events: Event[]
  abort: AbortController
  setup(
    options?: Partial<SetupOptions>,
    regions?: Regions,
    /** On top of the world's own. */
    settings?: Partial<Settings>,
    /** Who is asked; by default nobody can be. */
    ask?: Interaction,
  ): Promise<CommandResult>
  session(regions?: Regions): Promise<Session>
  status(regions?: Regions): Promise<CommandResult>
  cleanup(
    options?: Partial<CleanupOptions>,
    regions?: Regions,
    settings?: Partial<Settings>,
    ask?: Interaction,
  ): Promise<CommandResult>
  /** Has time pass. */
  pass(ms: number): void
  close(): Promise<void>
}

/** The Regions of one command, in place of the world's. */
type Regions = readonly [string, ...string[]]

export interface WorldOptions extends SandboxOptions {
  settings?: Partial<Settings>
  /** The Regions that the commands are about; the first alone by default. */
  regions?: Regions
  /** Attempts a call; 1 lets every fault through. */
  maxAttempts?: number
  /** Setup has been run with these settings, without a flag or with these: what a test begins with, not what it is about. */
  isSetUp?: true | Partial<SetupOptions>
  /** Milliseconds of real time after which a call without an answer has failed. */
  requestTimeoutMs?: number
  /** Puts a server between the program and the sandbox at `url`, and answers where that one is. */
  through?(url: string): Promise<string>
}

/** Nobody to ask: what cannot be decided by flags is skipped. */
const unattended: Interaction = {
  showPlan: () => {},
  confirm: async () => {
    throw new Error('asked although --yes was given')
  },
  recover: async (): Promise<Recovery> => 'skip',
}

/** An account of one's own on a sandbox, and the commands that run in it. Sleeping moves the world's clock and takes no time. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  let ahead = 0
  const now = () => Date.now() + ahead
  const sandbox = await startSandbox({ clock: { now }, ...options })
  const events: Event[] = []
  const abort = new AbortController()
  const base: Context = {
    clock: {
      now,
      async sleep(ms) {
        ahead += ms
      },
    },
    signal: abort.signal,
    emit: (event) => events.push(event),
  }
  const { region: home = REGION, maxAttempts = 3, requestTimeoutMs = 60_000 } = options
  const endpointUrl = (await options.through?.(sandbox.url)) ?? sandbox.url
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' }
  const reach = { region: home, endpointUrl, credentials, maxAttempts, requestTimeoutMs }
  const cx = awsContext(base, reach)
  const settingsWith = (more: Partial<Settings> = {}) =>
    resolveSettings([{ source: 'test', values: { ...options.settings, ...more } }]).settings
  const regions: Regions = options.regions ?? [home]
  const open = (named = regions, more?: Partial<Settings>) =>
    openSession(cx, { named }, settingsWith(more), {
      pricesFrom: async (places) => ({ places, live: { within: true } }),
    })
  const everything = { only: [], skip: [], dryRun: false, yes: true, skipChecks: false }
  const world: World = {
    sandbox,
    cx,
    env: {
      accountId: sandbox.account,
      region: home,
      regions,
      homeRegion: home,
      settings: settingsWith(),
    },
    events,
    abort,
    setup: async (chosen = {}, named, more, ask = unattended) =>
      setup(
        await open(named, more),
        { ...everything, replaceLogging: false, adopt: false, shortenRetention: false, ...chosen },
        ask,
      ),
    session: (named) => open(named),
    status: async (named) => status(await open(named), everything),
    cleanup: async (chosen = {}, named, more, ask = unattended) =>
      cleanup(
        await open(named, more),
        { ...everything, keepData: false, includeAdopted: false, includeOthers: false, ...chosen },
        ask,
      ),
    pass: (ms) => {
      ahead += ms
    },
    close: () => sandbox.close(),
  }
  const { isSetUp } = options
  if (isSetUp) {
    const flags = isSetUp === true ? {} : isSetUp
    await prepared(world, JSON.stringify(options), () => expectToEndWell(world.setup(flags)))
  }
  return world
}

/** What a test begins with has to be there. */
async function expectToEndWell(command: Promise<CommandResult>): Promise<void> {
  const { error, report } = await command
  if (error || !report.ok) throw error ?? new Error('the preparation did not end well')
}

/** Runs a body in a world of its own and closes it, whatever happens. */
export async function inWorld<T>(options: WorldOptions, body: (world: World) => Promise<T>): Promise<T> {
  const world = await createWorld(options)
  try {
    return await body(world)
  } finally {
    await world.close()
  }
}

/** The operations that may change something, of the calls since the list was last emptied. */
export function writingCalls({ sandbox }: World): string[] {
  return sandbox.calls.filter(({ writing }) => writing).map(({ service, operation }) => `${service}:${operation}`)
}

/** The error a command threw or came back with. */
export async function errorOf(command: Promise<CommandResult>): Promise<AppError | undefined> {
  return command.then(
    ({ error }) => error,
    (thrown: AppError) => thrown,
  )
}
