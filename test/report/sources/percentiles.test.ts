import { describe, expect, it } from '@jest/globals'
import { joinPercentiles, placeOf, type TimedPart } from '../../../src/report/sources/percentiles.ts'

const at = (p50: number) => ({ p50, p90: p50, p99: p50 })
const NONE = { p50: null, p90: null, p99: null }

function part(model: string, region: string, p50: number, samples = 3): TimedPart {
  const timed = { samples, percentiles: samples === 0 ? NONE : at(p50) }
  return {
    dimensions: { account: '111122223333', model, region, profile: '' },
    latency: timed,
    timeToFirstToken: { samples: 0, percentiles: NONE },
  }
}

const wholes = new Map(
  ['east', 'west'].map((region, index) => [
    placeOf({ model: '', account: '111122223333', region }),
    part('', region, 100 + index),
  ]),
)

function join(parts: readonly TimedPart[], by: readonly string[] = ['model']) {
  const { percentiles, warnings } = joinPercentiles(parts, wholes, by)
  const found = percentiles.map(({ key, latency }) => [Object.values(key).join('/'), latency.p50])
  return { ...Object.fromEntries(found), warned: warnings.map(({ code }) => code) }
}

describe('percentiles of groups', () => {
  it('are those of the part where there is one, and of the Region where it is all of it', () => {
    expect(join([part('a', 'east', 1), part('b', 'east', 2)])).toEqual({ '': 100, a: 1, b: 2, warned: [] })
  })

  it('are left out where a model was called in two Regions, since they do not add up', () => {
    expect(join([part('a', 'east', 1), part('a', 'west', 2)])).toEqual({
      '': null,
      a: null,
      warned: ['percentiles-not-joined'],
    })
  })

  it('are those of the Region when grouped by it', () => {
    const parts = [part('a', 'east', 1), part('b', 'east', 2), part('a', 'west', 3)]
    expect(join(parts, ['region'])).toEqual({ '': null, east: 100, west: 3, warned: ['percentiles-not-joined'] })
  })

  it('are told by model and Region together', () => {
    const parts = [part('a', 'east', 1), part('a', 'west', 2)]
    expect(join(parts, ['model', 'region'])).toMatchObject({ 'a/east': 1, 'a/west': 2 })
  })

  it('ignore parts without samples', () => {
    expect(join([part('a', 'east', 1), part('a', 'west', 0, 0), part('b', 'west', 0, 0)])).toEqual({
      '': 1,
      a: 1,
      b: null,
      warned: [],
    })
  })

  describe('by hour', () => {
    const at = (hour: string, one: TimedPart): TimedPart => ({ ...one, dimensions: { ...one.dimensions, hour } })
    const parts = [at('10', part('a', 'east', 1)), at('10', part('b', 'east', 2)), at('11', part('a', 'east', 3))]

    it('are those of the part where there is one', () => {
      expect(join(parts, ['model', 'hour'])).toEqual({ '': 100, 'a/10': 1, 'b/10': 2, 'a/11': 3, warned: [] })
    })

    it('are those of the Region in that hour where all parts of it are together, and never those of another', () => {
      const ten = at('10', part('', 'east', 50))
      const known = new Map([...wholes, [placeOf(ten.dimensions, ['hour']), ten]])
      const found = (kept: typeof known) =>
        joinPercentiles(parts, kept, ['hour']).percentiles.map(({ key, latency }) => [key.hour, latency.p50])
      expect(found(known)).toEqual([
        [undefined, 100],
        ['10', 50],
        ['11', 3],
      ])
      expect(found(wholes)).toEqual([
        [undefined, 100],
        ['10', null],
        ['11', 3],
      ])
    })
  })
})
