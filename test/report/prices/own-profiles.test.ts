import { describe, expect, it } from '@jest/globals'
import type { Context } from '../../../src/core/context.ts'
import { renderReport as renderTable } from '../../../src/report/formats/table.ts'
import { ownProfile, parseProfiles } from '../../../src/report/prices/model-id.ts'
import { inFolder } from '../../support/folder.ts'
import { converse } from '../../support/invocation-records.ts'
import { noPaint } from '../../support/paint.ts'
import { report } from '../../support/report.ts'
import { schemaFaults } from '../../support/report-schema.ts'

const ID = 'a1b2c3d4e5f6'
const ARN = `arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/${ID}`
const ROUTER = 'arn:aws:bedrock:us-east-1:111122223333:prompt-router/r0ut3r'
const MODEL = 'global.amazon.nova-2-lite-v1:0'
const CX: Context = {
  clock: { now: () => Date.UTC(2026, 10, 23, 12), sleep: () => Promise.reject(new Error('nobody sleeps here')) },
  signal: new AbortController().signal,
  emit: () => {},
}

describe('the profiles of a configuration file', () => {
  it.each([[ID], [ARN]])('are found as %s by id and by ARN', (key) => {
    const profiles = parseProfiles({ [key]: { model: MODEL, name: 'checkout' } }, 'mine.json')
    for (const called of [ID, ARN]) expect(ownProfile(profiles, called)).toEqual({ model: MODEL, name: 'checkout' })
    expect(ownProfile(profiles, 'b1b2c3d4e5f6')).toBeUndefined()
    expect(ownProfile(profiles, MODEL)).toBeUndefined()
  })

  it.each<[unknown, RegExp]>([
    [[], /mine\.json: profiles is not an object/],
    [{ 'us.amazon.nova-pro-v1:0': { model: MODEL } }, /us\.amazon\.nova-pro-v1:0: not the id or ARN/],
    [{ [ID]: 'x' }, /profiles of a1b2c3d4e5f6: "x" is not an object/],
    [{ [ID]: { name: 'x' } }, /model is undefined: not the id of a model/],
    [{ [ID]: { model: ARN } }, /model is .* not the id of a model/],
    [{ [ID]: { model: MODEL, nam: 'x' } }, /unknown key 'nam'; there are model, name, tags/],
    [{ [ID]: { model: MODEL, name: '' } }, /name is "": not a name/],
    [{ [ID]: { model: MODEL, tags: { team: 1 } } }, /not an object of texts/],
    [{ [ID]: { model: MODEL }, [ARN]: { model: MODEL } }, /twice: by its id and by its ARN/],
    [{ [ROUTER]: { model: MODEL, name: 'x' } }, /a prompt router chooses its model/],
    [{ [ROUTER]: {} }, /there is no name in it/],
  ])('with %j are refused by name', (value, message) => {
    expect(() => parseProfiles(value, 'mine.json')).toThrow(message)
  })

  it.each([
    [ID, ARN],
    [ARN, ID],
  ])('as %s price and name the calls of %s in files, whose keys stay ids', (key, called) =>
    inFolder({ 'a.jsonl': converse(1_000_000, 0, 1, { model: called }) }, async (folder) => {
      const profiles = parseProfiles({ [key]: { model: MODEL, name: 'checkout', tags: { team: 'shop' } } }, 'mine.json')
      const view = await report(CX, { source: { name: 'file', path: folder }, by: ['profile'], prices: { profiles } })
      expect(view.report.groups).toMatchObject([{ key: { profile: ID }, costUsd: 0.3 }])
      expect(view.report.profiles).toEqual([{ id: ID, name: 'checkout', model: MODEL, tags: { team: 'shop' } }])
      expect(schemaFaults(view.report)).toEqual([])
      const table = renderTable(view, { width: 300, paint: noPaint })
      expect(table).toMatch(/^checkout +\$0\.30 /m)
      expect(table).not.toContain(ID)
    }),
  )

  it('name prompt routers', () =>
    inFolder({ 'a.jsonl': converse(1, 1, 1, { model: ROUTER }) }, async (folder) => {
      const profiles = parseProfiles({ [ROUTER]: { name: 'cheap first' } }, 'mine.json')
      const view = await report(CX, { source: { name: 'file', path: folder }, prices: { profiles } })
      expect(view.report.groups).toMatchObject([{ key: { model: ROUTER } }])
      expect(renderTable(view, { width: 300, paint: noPaint })).toMatch(/^cheap first +unpriced /m)
    }))
})
