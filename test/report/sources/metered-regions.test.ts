import { expect, test } from '@jest/globals'
import { metered } from '../../../src/report/sources/metered.ts'
import { inWorld } from '../../support/world.ts'

test('what is asked in another Region than the one at hand is billed, too', async () => {
  await inWorld({}, async ({ cx }) => {
    const { cx: heard, billed } = metered(cx)
    heard.emit({ type: 'billed', unit: 's3-gets', count: 1 })
    heard.in('eu-west-1').emit({ type: 'billed', unit: 's3-gets', count: 2 })
    heard.in('eu-west-1').in('us-west-2').emit({ type: 'billed', unit: 's3-listings', count: 3 })
    expect(Object.fromEntries(billed)).toEqual({ 's3-gets': 3, 's3-listings': 3 })
  })
})
