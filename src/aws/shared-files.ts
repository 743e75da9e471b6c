/** A section's keys in lower case; those of a nested block stand under `block.key`. */
export type Section = ReadonlyMap<string, string>

/** What AWS's shared config and credentials files say. Maps: a profile may be called `constructor`. */
export type SharedFiles = ReturnType<typeof parseSharedFiles>

/** Reads both files as the AWS CLI does (botocore's configloader); lines that are neither section nor setting are left out. */
export function parseSharedFiles(config: string, credentials: string) {
  const read = { profile: none(), services: none(), 'sso-session': none() }
  const sections: Readonly<Record<string, Map<string, Section>>> = { __proto__: null, ...read } as never
  for (const [title, section] of parseIni(config)) {
    if (title === 'default') read.profile.set(title, section)
    const [kind = '', name] = splitTitle(title)
    if (name !== undefined) sections[kind]?.set(name, section)
  }
  const ofCredentials = new Map<string, Section>(parseIni(credentials))
  const profiles = new Map<string, Section>(read.profile)
  for (const [name, section] of ofCredentials) profiles.set(name, new Map([...(profiles.get(name) ?? []), ...section]))
  return {
    /** Both files joined; what the credentials file says of a profile is stronger. */
    profiles,
    /** The credentials file alone: its keys come before a `credential_process`, those of the config file after it. */
    credentials: ofCredentials,
    services: read.services,
    ssoSessions: read['sso-session'],
  }
}

const none = () => new Map<string, Section>()

function splitTitle(title: string): [kind: string, name?: string] {
  const [, kind, quoted, plain] = /^(\S+)\s+(?:(["'].*["'])|(\S+))$/.exec(title) ?? []
  const name = quoted === undefined ? plain : quoted.slice(1, -1)
  return kind === undefined || name === undefined ? [title] : [kind, name]
}

function parseIni(text: string): Map<string, Section> {
  const sections = new Map<string, Map<string, string>>()
  let section: Map<string, string> | undefined
  let key: string | undefined
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    if (/^\s*([#;]|$)/.test(line)) continue
    const title = /^\[([^\]]+)\]/.exec(line)?.[1]?.trim()
    if (title !== undefined) {
      section = sections.get(title) ?? new Map()
      sections.set(title, section)
      key = undefined
    } else if (section && key !== undefined && /^\s/.test(line)) {
      // A setting of a nested block where the value above it is empty, else more of that value.
      const above = section.get(key) ?? ''
      const [name, value] = settingOf(line)
      if (above !== '') section.set(key, `${above}\n${line.trim()}`)
      else if (name !== undefined) section.set(`${key}.${name}`, value)
    } else {
      const [name, value] = settingOf(line)
      if (section && name !== undefined) section.set(name, value)
      key = name
    }
  }
  return sections
}

function settingOf(line: string): [name: string | undefined, value: string] {
  const [, name, value = ''] = /^\s*([^=:]+?)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? []
  return [name?.toLowerCase(), value]
}
