import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { accountsOf, placeKey, placeName, placesIn, regionsOf } from '../../src/core/place.ts'

const anyPlace = fc.record({
  account: fc.constantFrom('111122223333', '444455556666'),
  region: fc.constantFrom('us-east-1', 'eu-west-1', 'eu-west-2'),
})

test('one account in some Regions is a place for each, reached in its own Region', () => {
  const reach = (region: string): object => ({ region, in: reach })
  const places = placesIn(reach('us-east-1') as never, '111122223333', ['us-east-1', 'eu-west-1'])
  expect(places).toMatchObject([
    { account: '111122223333', region: 'us-east-1', cx: { region: 'us-east-1' } },
    { account: '111122223333', region: 'eu-west-1', cx: { region: 'eu-west-1' } },
  ])
})

test('keys and names tell places apart, and name accounts and Regions once', () => {
  fc.assert(
    fc.property(fc.uniqueArray(anyPlace, { selector: placeKey, minLength: 1 }), (places) => {
      expect(new Set(places.map((place) => placeName(place, places))).size).toBe(places.length)
      expect(accountsOf(places)).toEqual([...new Set(places.map(({ account }) => account))])
      expect(regionsOf(places)).toEqual([...new Set(places.map(({ region }) => region))])
    }),
  )
})

test('the account is named only where there are several', () => {
  const [one, other] = [
    { account: '111122223333', region: 'us-east-1' },
    { account: '444455556666', region: 'us-east-1' },
  ] as const
  expect(placeName(one, [one])).toBe('us-east-1')
  expect(placeName(one, [one, other])).toBe('us-east-1 of 111122223333')
})
