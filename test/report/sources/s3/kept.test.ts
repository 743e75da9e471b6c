import { GetObjectCommand } from '@aws-sdk/client-s3'
import { describe, expect, test } from '@jest/globals'
import type { Aws, AwsContext } from '../../../../src/aws/context.ts'
import { bucketNameOf } from '../../../../src/aws/log-bucket.ts'
import { readBucket } from '../../../../src/report/sources/s3/read.ts'
import { TallyStore } from '../../../../src/report/store/store.ts'
import { tally } from '../../../../src/report/tally.ts'
import { HOUR_MS, lastHours } from '../../../../src/report/window.ts'
import { converse } from '../../../support/invocation-records.ts'
import { playLogged } from '../../../support/logged-traffic.ts'
import { packsInMemory } from '../../../support/packs.ts'
import { inWorld, REGION, type World } from '../../../support/world.ts'

function ask({ env, sandbox, cx }: World, store?: TallyStore, through: AwsContext = cx) {
  const { account } = sandbox
  const folder = { bucket: bucketNameOf(env), owner: account, keyPrefix: env.settings.keyPrefix }
  const question = { window: lastHours(cx.clock.now(), 24), by: ['model', 'identity', 'hour'] }
  return readBucket(cx, [{ account, region: REGION, cx: through, ...folder }], question, store)
}

function put({ sandbox, env, cx }: World, name: string, tokens: number): string {
  const now = cx.clock.now()
  const hour = new Date(now).toISOString().slice(0, 13).replace(/[-T]/g, '/')
  const folder = `AWSLogs/${sandbox.account}/BedrockModelInvocationLogs/${REGION}/${hour}`
  const key = `${env.settings.keyPrefix}/${folder}/20261122T101500000Z_${name}.json`
  const line = converse(tokens, 0, 1, { time: new Date(now - HOUR_MS).toISOString() })
  sandbox.services.s3.putObject(bucketNameOf(env), key, Buffer.from(line))
  return key
}

const tokensOf = ({ rows }: Awaited<ReturnType<typeof ask>>) => tally(rows).counters.inputTokens

/** The keys that are fetched from here on. */
function fetched({ sandbox }: World) {
  const keys: string[] = []
  const { operations } = sandbox.services.s3
  const get = operations.GetObject
  operations.GetObject = async (input, call) => {
    keys.push((input as { Key: string }).Key)
    return get?.(input, call) as object
  }
  return () => keys.splice(0)
}

describe('a bucket that was read before', () => {
  test('is listed, and what is new, late or replaced in it is fetched: the numbers are those of all of it', () =>
    inWorld({ isSetUp: true }, async (world) => {
      playLogged(world, { seed: 7, hours: 24, perHour: 20, variesTerms: true, isUnsteady: true })
      const gets = fetched(world)
      const store = new TallyStore(packsInMemory(), '1')
      const first = await ask(world, store)
      expect(gets().length).toBeGreaterThan(10)
      const second = await ask(world, store)
      expect(gets()).toEqual([])
      expect(plain(second)).toEqual(plain(first))

      const late = put(world, 'late', 7)
      expect(tokensOf(await ask(world, store)) - tokensOf(first)).toBe(7)
      expect(gets()).toEqual([late])
      put(world, 'late', 9)
      const last = await ask(world, store)
      expect(tokensOf(last) - tokensOf(first)).toBe(9)
      expect(gets()).toEqual([late])
      expect(plain(last)).toEqual(plain(await ask(world)))
    }))

  test('keeps nothing of an object that was replaced between its listing and its reading', () =>
    inWorld({ isSetUp: true }, async (world) => {
      const key = put(world, 'swapped', 11)
      const { cx } = world
      let swaps = 0
      const send = async (command: object) => {
        // As long as the one that was listed.
        if (command instanceof GetObjectCommand && command.input.Key === key && swaps++ === 0) put(world, 'swapped', 29)
        return cx.aws.s3.send(command as GetObjectCommand)
      }
      const through = { ...cx, aws: { ...cx.aws, s3: { send } as Aws['s3'] } }
      const store = new TallyStore(packsInMemory(), '1')
      expect(tokensOf(await ask(world, store, through))).toBe(29)
      put(world, 'swapped', 11)
      expect(tokensOf(await ask(world, store))).toBe(11)
    }))
})

/** What a reading tells, in no particular order. */
function plain({ rows, percentiles, warnings, window }: Awaited<ReturnType<typeof ask>>) {
  const sorted = (list: Iterable<object>) =>
    Array.from(list, (each) => JSON.stringify(each, (_, value) => (value instanceof Set ? [...value] : value))).sort()
  return { rows: sorted(rows), percentiles: sorted(percentiles), warnings, window }
}
