import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parseConfig, readConfigFile } from '../../../src/cli/session/config-file.ts'

describe('a configuration file', () => {
  test('sets what it names, and may name its schema', () => {
    const text = '\uFEFF{ "$schema": "./config.schema.json", "retentionDays": 90, "topicName": "alerts" }'
    expect(parseConfig(text, 'c.json')).toEqual({ retentionDays: 90, topicName: 'alerts' })
  })

  test.each([
    ['{ "retentionDay": 90 }', "c.json: unknown setting 'retentionDay'", 'did you mean retentionDays?'],
    ['{ "price": {} }', "c.json: unknown setting 'price'", 'did you mean prices?'],
    ['{ "retentionDays": "90" }', 'c.json: retentionDays is "90": not a number', 'give a number'],
    ['{ "topicName": 5 }', 'c.json: topicName is 5: not a string', 'give a string'],
    ['{ "topicName": null }', 'c.json: topicName is null: not a string', 'give a string'],
    ['[]', 'c.json is not a JSON object', 'it looks like { "retentionDays": 90 }'],
    ['null', 'c.json is not a JSON object', 'it looks like { "retentionDays": 90 }'],
    ['{ retentionDays: 90 }', expect.stringMatching(/^c\.json is not JSON: /), expect.any(String)],
    ['', expect.stringMatching(/^c\.json is not JSON: /), expect.any(String)],
  ])('%p is refused', (text, message, hint) => {
    expect(() => parseConfig(text, 'c.json')).toThrow(expect.objectContaining({ kind: 'usage', message, hint }))
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
    await expect(readConfigFile('.', folder)).rejects.toMatchObject({ message: expect.stringContaining('EISDIR') })
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

  test('none where the folder has none', async () => {
    expect(await readConfigFile(undefined, join(folder, 'empty'))).toBeUndefined()
  })

  test('a named one that is not there is refused', async () => {
    await expect(readConfigFile('gone.json', folder)).rejects.toMatchObject({
      kind: 'usage',
      message: 'cannot read the configuration file gone.json: there is no such file',
    })
  })

  test('a folder is not a file', async () => {
    await expect(readConfigFile('.', folder)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('EISDIR'),
    })
  })
})
