import type { SandboxServices } from '../../src/sandbox/sandbox.ts'
import type { Call, Input, Operation, Service } from '../../src/sandbox/service.ts'
import type { World } from './world.ts'

interface Change {
  service: string
  operation: string
  input: Input
  /** Of the call, and when it came after the preparation began. */
  call: Omit<Call, 'now'>
  at: number
}

interface Preparation {
  changes: Change[]
  tookMs: number
}

/** By what names them, of this test file. */
const known = new Map<string, Preparation>()

/**
 * Brings a world to where a preparation leaves it. The first time in a test file it is run; after that its changing calls are
 * handed straight to the sandbox's services, with the same input, in the same order and at the same distance in time. So the same
 * stands there, in a fiftieth of the time: most of a preparation's time is clients, HTTP, and reading what is known to be empty.
 * @param name the same for the same preparation of worlds that are alike
 */
export async function prepared(world: World, name: string, prepare: () => Promise<unknown>): Promise<void> {
  const preparation = known.get(name)
  if (preparation) await replay(world, preparation)
  else known.set(name, await record(world, prepare))
  world.sandbox.calls.length = 0
  world.events.length = 0
}

async function record(world: World, prepare: () => Promise<unknown>): Promise<Preparation> {
  const { services, calls } = world.sandbox
  const begun = world.cx.clock.now()
  const seen: Change[] = []
  const before = servicesOf(services).map(([service, { operations }]) => {
    const own = { ...operations }
    for (const [operation, run] of Object.entries(own)) {
      const noted: Operation = async (input, { now, ...call }) => {
        const copy = copyOf(input as Input)
        const output = await run(input, { now, ...call })
        seen.push({ service, operation, input: copy, call, at: now - begun })
        return output
      }
      Object.assign(operations, { [operation]: noted })
    }
    return () => Object.assign(operations, own)
  })
  calls.length = 0
  await prepare()
  for (const restore of before) restore()
  const writing = new Set(
    calls.filter((call) => call.writing).map(({ service, operation }) => `${service}:${operation}`),
  )
  const changes = seen.filter(({ service, operation }) => writing.has(`${service}:${operation}`))
  return { changes, tookMs: world.cx.clock.now() - begun }
}

async function replay(world: World, { changes, tookMs }: Preparation): Promise<void> {
  const begun = world.cx.clock.now()
  world.pass(tookMs)
  const services = new Map(servicesOf(world.sandbox.services))
  for (const { service, operation, input, call, at } of changes) {
    await services.get(service)?.operations[operation]?.(copyOf(input), { ...call, now: begun + at })
  }
}

/** Not all that the sandbox is made of is called: the ledger of the bill is not. */
function servicesOf(services: SandboxServices): [string, Service][] {
  return Object.entries(services).flatMap(([name, one]) => ('operations' in one ? [[name, one as Service]] : []))
}

/** A service may keep what it is given. */
function copyOf<Value>(value: Value): Value {
  if (value instanceof Date) return new Date(value) as Value
  if (value instanceof Uint8Array) return value.slice() as Value
  if (Array.isArray(value)) return value.map(copyOf) as Value
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, copyOf(member)])) as Value
}
