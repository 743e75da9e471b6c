import { afterAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { WireResponse } from '../../src/sandbox/protocols/wire.ts'
import { generateTraffic, playTraffic } from '../../src/sandbox/traffic.ts'
import { runCommand } from '../faults/commands.ts'
import { callModels, EVERYTHING } from '../support/everything.ts'
import { seeded, startProxy } from '../support/faulty-proxy.ts'
import { SHARE } from '../support/share.ts'
import { createWorld } from '../support/world.ts'

const RUNS = SHARE.runs(400)
/** How many of a command's answers are spoilt, of one. */
const SPOILT = 0.35

let answers = 0
afterAll(() => {
  process.stderr.write(`fuzz: ${answers} spoilt answers of AWS\n`)
})

const ODD = [
  '',
  '0',
  '-1',
  'NaN',
  '1e999',
  'true',
  'null',
  '[]',
  '{}',
  '\u001b[2J',
  '%',
  '%zz',
  '{"a":',
  'x'.repeat(5_000),
]

type Random = () => number
const pick = <T>(random: Random, list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)]

/** One place of a JSON value replaced by something else, or left out. */
function spoilJson(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random() < 0.15) {
    return pick(random, [null, 0, -1, '', [], {}, true, 1e300, ...ODD])
  }
  const keys = Object.keys(value)
  const key = pick(random, keys)
  if (key === undefined) return value
  const member = (value as Record<string, unknown>)[key]
  if (Array.isArray(value)) return value.map((item, index) => (String(index) === key ? spoilJson(item, random) : item))
  const { [key]: _, ...rest } = value as Record<string, unknown>
  return random() < 0.3 ? rest : { ...rest, [key]: spoilJson(member, random) }
}

/** The text of one XML element replaced, or the element left out. */
function spoilXml(text: string, random: Random): string {
  const leaves = [...text.matchAll(/<([A-Za-z]+)>([^<]*)<\/\1>/g)]
  const leaf = pick(random, leaves)
  if (!leaf) return text
  const replaced =
    random() < 0.3
      ? ''
      : `<${leaf[1]}>${(pick(random, ODD) ?? '').replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</${leaf[1]}>`
  return text.slice(0, leaf.index) + replaced + text.slice(leaf.index + leaf[0].length)
}

function spoil(answer: WireResponse, random: Random): WireResponse {
  const text = Buffer.from(answer.body).toString()
  const how = random()
  if (how < 0.1) return { ...answer, body: text.slice(0, Math.floor(random() * text.length)) }
  if (how < 0.15) return { ...answer, body: '' }
  if (how < 0.2) return { ...answer, status: pick(random, [200, 204, 301, 400, 404, 418, 500]) ?? 200 }
  try {
    return { ...answer, body: JSON.stringify(spoilJson(JSON.parse(text), random)) }
  } catch {
    return { ...answer, body: spoilXml(text, random) }
  }
}

test('whatever AWS answers, commands that read succeed or end with an error that is not a bug', async () => {
  const told = { random: seeded(1), on: false }
  const proxies: { close(): Promise<void> }[] = []
  const through = async (url: string) => {
    const proxy = await startProxy(url, async (_request, forward) => {
      const answer = await forward()
      if (!told.on || told.random() >= SPOILT) return answer
      answers += 1
      return spoil(answer, told.random)
    })
    proxies.push(proxy)
    return proxy.url
  }
  const world = await createWorld({ maxAttempts: 1, through, settings: EVERYTHING })
  try {
    callModels(world)
    expect((await world.setup()).error).toBeUndefined()
    const now = world.cx.clock.now()
    const { account, region, services } = world.sandbox
    playTraffic(services, generateTraffic({ seed: 1, start: now - 7_200_000, end: now, account, region }))
    told.on = true
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.constantFrom('status', 'report', 'alarms', 'query'), async (seed, command) => {
        told.random = seeded(seed)
        const { text, code, result, error } = await runCommand(world, command)
        const errors = [error, ...(result?.report.resources ?? []).map((resource) => resource.error)]
        expect(errors.filter((each) => each?.code === 'InternalError')).toEqual([])
        expect([0, 1, 2, 4, 5]).toContain(code)
        expect(text).not.toMatch(/^\s+at .*[:(]/m)
        if (code !== 0) expect(text).toMatch(/^error: \S/m)
      }),
      { numRuns: RUNS },
    )
  } finally {
    for (const proxy of proxies) await proxy.close()
    await world.close()
  }
})
