import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { parseConfig } from '../../../src/cli/session/config-parse.ts'
import { resolveSettings } from '../../../src/steps/resolve-settings.ts'
import { RETENTION_DAYS } from '../../../src/steps/setting-checks.ts'
import { SETTINGS } from '../../../src/steps/settings.ts'

let isValid: (value: unknown) => boolean

beforeAll(async () => {
  const schema = JSON.parse(await readFile(new URL('../../../src/schema/config.schema.json', import.meta.url), 'utf8'))
  isValid = new Ajv2020({ strict: true, keywords: ['allowComments', 'allowTrailingCommas'] }).compile(schema)
})

describe('the published schema of the configuration file', () => {
  test('accepts the defaults and an empty file', () => {
    expect(isValid({})).toBe(true)
    expect(isValid(Object.fromEntries(SETTINGS.map((setting) => [setting.key, setting.default])))).toBe(true)
  })

  test('knows prices as the program does', () => {
    const price = { inputPerMillion: 0.7, outputPerMillion: 2.9, cacheWrite1hPerMillion: 1, perImage: 0.04 }
    for (const prices of [{ m: price }, { m: [price, { ...price, region: 'eu-west-1' }] }, {}]) {
      expect([prices, isValid({ prices })]).toEqual([prices, true])
      expect(parseConfig(JSON.stringify({ prices }), 'c.json').prices?.size).toBe(Object.keys(prices).length)
    }
    for (const prices of [[], { m: 3 }, { m: { input: 3 } }, { m: { inputPerMillion: -1 } }, { m: { region: 'x' } }]) {
      expect([prices, isValid({ prices })]).toEqual([prices, false])
      expect(() => parseConfig(JSON.stringify({ prices }), 'c.json')).toThrow('c.json:1: ')
    }
  })

  test('refuses nothing that the program accepts', () => {
    const value = fc.oneof(
      fc.integer({ min: -5, max: 4_000 }),
      fc.double({ noNaN: true }),
      fc.string(),
      fc.boolean(),
      fc.constantFrom(...RETENTION_DAYS, 'a-name', 'a@b.example'),
    )
    const file = fc.dictionary(fc.constantFrom(...SETTINGS.map(({ key }) => key), 'other'), value, { maxKeys: 3 })
    fc.assert(
      fc.property(file, (content) => {
        try {
          resolveSettings([parseConfig(JSON.stringify(content), 'c.json')])
        } catch {
          return
        }
        expect([JSON.parse(JSON.stringify(content)), isValid(JSON.parse(JSON.stringify(content)))]).toEqual([
          expect.anything(),
          true,
        ])
      }),
      { numRuns: 500 },
    )
  })
})
