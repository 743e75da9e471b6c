import { spawn } from 'node:child_process'
import { afterAll, describe, expect, test } from '@jest/globals'
import { SETTINGS } from '../../src/steps/settings.ts'
import { callModels, EVERYTHING } from '../support/everything.ts'
import { type Inventory, inventory, names } from '../support/inventory.ts'
import { arrange, type PriorState } from '../support/prior-state.ts'
import { BIN, inherited } from '../support/program.ts'
import { prepared } from '../support/replay.ts'
import { SHARE } from '../support/share.ts'
import { errorOf, inWorld, type World, writingCalls } from '../support/world.ts'

/** Somebody else's logging, which setup replaces and cleanup has to put back, and things that setup adopts. */
const PRIOR: PriorState = { scripted: ['topic', 'role'], foreignLogging: true }

const ONLY_ALARMS = ['--only', 'alarms']
const ONLY_BILLING = ['--only', 'billing', '--billing-export']
const ONLY_LAKE = ['--only', 'lake', '--lake']
const FLAGS = Object.entries(EVERYTHING).map(([key, value]) => {
  const flag = SETTINGS.find((setting) => setting.key === key)?.flag
  return value === true ? `--${flag}` : `--${flag}=${value}`
})

const COMMANDS = {
  setup: {
    args: ['setup', '--yes', '--replace-logging'],
    prepare: (world: World) => arrange(world, PRIOR),
    again: (world: World) => world.setup({ replaceLogging: true }),
    settings: {},
  },
  cleanup: {
    args: ['cleanup', '--yes'],
    prepare: async (world: World) => {
      await arrange(world, PRIOR)
      await world.setup({ replaceLogging: true })
    },
    again: (world: World) => world.cleanup(),
    settings: {},
  },
  'setup of the alarms with every option': {
    args: ['setup', '--yes', ...ONLY_ALARMS, ...FLAGS],
    prepare: (world: World) => arrange(world, PRIOR),
    again: (world: World) => world.setup({ only: ['alarms'] }),
    settings: EVERYTHING,
  },
  'cleanup of the alarms with every option': {
    args: ['cleanup', '--yes', ...ONLY_ALARMS, ...FLAGS],
    async prepare(world: World) {
      await arrange(world, PRIOR)
      await world.setup({ only: ['alarms'] })
    },
    again: (world: World) => world.cleanup({ only: ['alarms'] }),
    settings: EVERYTHING,
  },
  'setup of the export of the bill': {
    args: ['setup', '--yes', ...ONLY_BILLING],
    prepare: (world: World) => arrange(world, PRIOR),
    again: (world: World) => world.setup({ only: ['billing'] }),
    settings: EVERYTHING,
    least: 5,
  },
  'cleanup of the export of the bill': {
    args: ['cleanup', '--yes', ...ONLY_BILLING],
    async prepare(world: World) {
      await arrange(world, PRIOR)
      await world.setup({ only: ['billing'] })
    },
    again: (world: World) => world.cleanup({ only: ['billing'] }),
    settings: EVERYTHING,
    least: 4,
  },
  'setup of the lake': {
    args: ['setup', '--yes', ...ONLY_LAKE],
    prepare: (world: World) => arrange(world, PRIOR),
    again: (world: World) => world.setup({ only: ['lake'] }),
    settings: EVERYTHING,
    least: 8,
  },
  'cleanup of the lake': {
    args: ['cleanup', '--yes', ...ONLY_LAKE],
    async prepare(world: World) {
      await arrange(world, PRIOR)
      await world.setup({ only: ['lake'] })
    },
    again: (world: World) => world.cleanup({ only: ['lake'] }),
    settings: EVERYTHING,
    least: 4,
  },
} as const
type Name = keyof typeof COMMANDS

/** What stands before a command of a name. */
async function prepare(world: World, name: Name): Promise<void> {
  if (COMMANDS[name].settings === EVERYTHING) callModels(world)
  await prepared(world, name, () => COMMANDS[name].prepare(world))
}

interface Point {
  when: 'before' | 'after'
  /** Of the calls that change something, from 1. */
  nth: number
}

/** The account before anything of ours, and after a run that nobody kills. */
interface Ends {
  before: Inventory
  after: Inventory
}

/** Children at work side by side. */
const SIDE_BY_SIDE = 2

/** What a run that nobody kills changes, and what it leaves. */
function undisturbed(name: Name) {
  const { again, settings } = COMMANDS[name]
  return inWorld({ settings }, async (world) => {
    await prepare(world, name)
    await again(world)
    return { writes: writingCalls(world).length, after: await inventory(world.cx) }
  })
}

/** The account before anything of ours. */
function untouched(): Promise<Inventory> {
  return inWorld({}, async (world) => {
    await arrange(world, PRIOR)
    return inventory(world.cx)
  })
}

/** Runs the built program until the sandbox holds one of its calls, and kills it there with a signal it cannot catch. */
async function killed(
  { sandbox }: World,
  args: readonly string[],
): Promise<{ signal: NodeJS.Signals | null; said: string }> {
  const child = spawn(process.execPath, [BIN, ...args], {
    env: { ...inherited(), HOME: '/nonexistent', ...sandbox.env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const timer = setInterval(() => {
    if (sandbox.calls.some(({ status }) => status === 0)) child.kill('SIGKILL')
  }, 2)
  try {
    return await new Promise((resolve) =>
      child.on('close', (_code, signal) => resolve({ signal, said: signal === null ? said : '' })),
    )
  } finally {
    clearInterval(timer)
  }
}

describe('kill -9', () => {
  let points = 0
  afterAll(() => {
    process.stderr.write(`kill points: ${points} (${SHARE.name})\n`)
  })

  test.each(Object.keys(COMMANDS) as Name[])(
    '%s, before and after every call that changes something: the next run converges and nothing is lost',
    async (name) => {
      const command = COMMANDS[name]
      const { writes, after } = await undisturbed(name)
      const ends = { before: await untouched(), after }
      expect(writes).toBeGreaterThanOrEqual('least' in command ? command.least : 9)
      const every = Array.from({ length: writes }, (_, index) => index + 1).flatMap((nth) =>
        (['before', 'after'] as const).map((when) => ({ when, nth })),
      )
      const pending = SHARE.of(every)
      const worker = async () => {
        for (let point = pending.shift(); point; point = pending.shift()) await holds(name, point, ends)
      }
      points += pending.length
      await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker))
    },
    900_000,
  )

  async function holds(name: Name, point: Point, { before, after }: Ends) {
    const command = COMMANDS[name]
    await inWorld({ settings: command.settings }, async (world) => {
      await prepare(world, name)
      world.sandbox.faults.push({ kind: 'timeout', writing: true, from: point.nth, when: point.when })
      expect({ ...point, ...(await killed(world, command.args)) }).toEqual({ ...point, signal: 'SIGKILL', said: '' })
      world.sandbox.faults.length = 0
      expect(await errorOf(command.again(world))).toBeUndefined()
      expect({ ...point, after: await inventory(world.cx) }).toEqual({ ...point, after })
      expect(await errorOf(world.cleanup())).toBeUndefined()
      const left = await inventory(world.cx)
      expect({ ...point, names: names(left), logging: left.logging }).toEqual({
        ...point,
        names: names(before),
        logging: before.logging,
      })
    })
  }
})
