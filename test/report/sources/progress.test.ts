import { expect, test } from '@jest/globals'
import type { Context } from '../../../src/core/context.ts'
import type { Event } from '../../../src/core/events.ts'
import { watched } from '../../../src/report/sources/progress.ts'

function context(): Context & { events: Event[] } {
  const events: Event[] = []
  const clock = { now: () => 0, sleep: () => Promise.resolve() }
  return { clock, signal: new AbortController().signal, emit: (event) => events.push(event), events }
}

const WORK = { verb: 'reading', label: 'a file' }

test('the beginning, the course and the end of a piece of work are told of the same thing', async () => {
  const cx = context()
  const outcome = await watched(cx, WORK, async (tell) => {
    tell({ note: 'bytes', done: 1, total: 2 })
    return 7
  })
  expect(outcome).toBe(7)
  expect(cx.events.map(({ type }) => type)).toEqual(['resource-start', 'resource-progress', 'resource-end'])
  expect(new Set(cx.events.map((event) => 'id' in event && event.id)).size).toBe(1)
})

test('how fast it goes is told after the first second', async () => {
  const cx = context()
  let now = 0
  const clock = { ...cx.clock, now: () => now }
  await watched({ ...cx, clock }, WORK, async (tell) => {
    for (now of [100, 999, 1000, 4000]) tell({ note: 'bytes', done: now, total: 10_000 })
    tell({ note: 'waiting' })
  })
  const told = cx.events.flatMap((event) => (event.type === 'resource-progress' ? [event.perSecond] : []))
  expect(told).toEqual([undefined, undefined, 1000, 1000, undefined])
})

test('work that fails is told to have failed, and fails', async () => {
  const cx = context()
  const failure = new Error('no')
  await expect(watched(cx, WORK, () => Promise.reject(failure))).rejects.toBe(failure)
  expect(cx.events.at(-1)).toMatchObject({ type: 'resource-end', outcome: 'failed' })
})
