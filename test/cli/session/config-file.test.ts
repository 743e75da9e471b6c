import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { configTemplate } from '../../../src/cli/commands/config/show.ts'
import { readConfigFile, teamsFor } from '../../../src/cli/session/config-file.ts'
import { examineConfig, parseConfig } from '../../../src/cli/session/config-parse.ts'
import { resolveSettings } from '../../../src/steps/resolve-settings.ts'
import { SETTINGS } from '../../../src/steps/settings.ts'

describe('a configuration file', () => {
  test('sets what it names, and may name its schema', () => {
    const text = '\uFEFF{ "$schema": "./config.schema.json", "retentionDays": 90, "topicName": "alerts" }'
    expect(parseConfig(text, 'c.json').values).toEqual({ retentionDays: 90, topicName: 'alerts' })
  })

  test.each([
    ['{ "retentionDay": 90 }', "c.json:1: unknown setting 'retentionDay'", 'did you mean retentionDays?'],
    ['{ "price": {} }', "c.json:1: unknown setting 'price'", 'did you mean prices?'],
    ['{ "retentionDays": "90" }', 'c.json:1: retentionDays is "90": not a number', 'give a number'],
    ['{ "topicName": 5 }', 'c.json:1: topicName is 5: not a string', 'give a string'],
    ['{ "topicName": null }', 'c.json:1: topicName is null: not a string', 'give a string'],
    ['[]', 'c.json:1: the file is not a JSON object', 'it looks like { "retentionDays": 90 }'],
    ['null', 'c.json:1: the file is not a JSON object', 'it looks like { "retentionDays": 90 }'],
    [
      '{\n retentionDays: 90 }',
      'c.json:2: the file is not valid JSON: invalid symbol',
      expect.stringContaining('fix the file'),
    ],
    ['{ "retentionDays": 90 "a": 1 }', 'c.json:1: the file is not valid JSON: comma expected', expect.any(String)],
    [
      '{ "roleName": "a",\n\n "roleName": "b" }',
      'c.json:3: roleName is given twice, first on line 1',
      'keep one of them',
    ],
    [
      '{ "teams": { "rules": [{ "team": "a", "role": "x",\n "role": "y" }] } }',
      'c.json:2: teams.rules[0].role is given twice, first on line 1',
      'keep one of them',
    ],
    ['', 'c.json:1: the file is not valid JSON: value expected', expect.any(String)],
  ])('%p is refused', (text, message, hint) => {
    expect(() => parseConfig(text, 'c.json')).toThrow(expect.objectContaining({ kind: 'usage', message, hint }))
  })
})

describe('what is wrong in a configuration file', () => {
  test('is all told, each with its line and path, comments or not', () => {
    const text = `{
  // kept for a quarter
  "retentionDay": 90, /* and
  more */ "email": 3,
  "prices": { "m": [{ "inputPerMillion": 1 }, { "inputPerMillion": -1, "tier": "x" }] },
  "profiles": { "a1b2c3d4e5f6": { "model": 5 } },
  "topicName": "alerts",
}`
    const { config, problems } = examineConfig(text, 'c.json')
    expect(problems.map(({ line, path }) => `${line} ${path.join('.')}`)).toEqual([
      '3 retentionDay',
      '4 email',
      '5 prices.m.1.inputPerMillion',
      '5 prices.m.1.tier',
      '6 profiles.a1b2c3d4e5f6',
    ])
    expect(config.values).toEqual({ topicName: 'alerts' })
    expect(config.nameOf?.('topicName')).toBe('c.json:7')
  })
})

describe('the file that `config init` writes', () => {
  test('says nothing but what was given', () => {
    expect(parseConfig(configTemplate({}), 'c.json').values).toEqual({})
    expect(parseConfig(configTemplate({ retentionDays: 90 }), 'c.json').values).toEqual({ retentionDays: 90 })
  })

  test('is valid whichever of its lines lose their comment', () => {
    const defaults = resolveSettings([]).settings
    const keys = [...SETTINGS.map(({ key }) => key as string), 'prices', 'profiles']
    fc.assert(
      fc.property(fc.subarray(keys), (wanted) => {
        const text = wanted.reduce((all, key) => all.replace(`// "${key}":`, `"${key}":`), configTemplate({}))
        const config = parseConfig(text, 'c.json')
        const given = [...Object.keys(config.values), ...['prices', 'profiles'].filter((key) => key in config)]
        expect(given.sort()).toEqual([...wanted].sort())
        expect(resolveSettings([config]).settings).toEqual(defaults)
      }),
      { numRuns: 30 },
    )
  })
})

describe('which file is read', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bedrock-monitor-'))
    await writeFile(join(folder, 'bedrock-monitor.json'), '{ "retentionDays": 90 }')
    await writeFile(join(folder, 'other.json'), '{ "retentionDays": 30 }')
  })
  afterAll(() => rm(folder, { recursive: true }))

  test('one that is a folder, or not there, is refused by name with why', async () => {
    await expect(readConfigFile('.', folder)).rejects.toMatchObject({
      message: 'cannot read the configuration file .: it is a folder',
    })
    await expect(readConfigFile('none.json', folder)).rejects.toMatchObject({
      kind: 'usage',
      message: 'cannot read the configuration file none.json: there is no such file',
    })
  })

  test.each([
    ['the default one of the folder', undefined, 90],
    ['the named one', 'other.json', 30],
  ])('%s', async (_, file, retentionDays) => {
    expect((await readConfigFile(file, folder))?.values).toEqual({ retentionDays })
  })

  const SEARCH = { team: 'search', where: { role: ['Süche*'] } }
  test.each([
    ['UTF-16, little end first', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['the same, big end first', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
    ['the same without a mark', (text: string) => Buffer.from(text, 'utf16le')],
    ['UTF-8 with a mark', (text: string) => Buffer.from(`\uFEFF${text}`)],
  ])('in %s, as Excel and PowerShell write it, and so are teams', async (_, encoded) => {
    await writeFile(join(folder, 'encoded.json'), encoded('{ "topicName": "alerts" }\r\n'))
    expect((await readConfigFile('encoded.json', folder))?.values).toEqual({ topicName: 'alerts' })
    await writeFile(join(folder, 'teams.csv'), encoded('team\trole\r\nsearch\tSüche*\r\n'))
    expect((await teamsFor({ config: undefined, cwd: folder }, 'teams.csv'))?.rules).toEqual([SEARCH])
  })

  test('none where the folder has none', async () => {
    expect(await readConfigFile(undefined, join(folder, 'empty'))).toBeUndefined()
  })
})
