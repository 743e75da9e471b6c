import { usageError } from '../../../core/errors.ts'
import { choice } from '../../args/flag.ts'
import { INSTALL, SHELLS, type Shell } from '../../completion/install.ts'
import type { Completed } from '../../completion/model.ts'
import { printJson } from '../../session/app.ts'
import { type Command, type CommandBody, command } from '../command.ts'

const SCRIPTS: Record<Shell, () => Promise<(model: Completed) => string>> = {
  bash: async () => (await import('../../completion/bash.ts')).bashScript,
  zsh: async () => (await import('../../completion/zsh.ts')).zshScript,
  fish: async () => (await import('../../completion/fish.ts')).fishScript,
}

/** @param commands loads those to complete; this one is among them */
export function completionCommand(commands: () => Promise<readonly Command[]>): CommandBody {
  return command({
    examples: [
      { says: 'for your current shell', run: 'bedrock-monitor completion' },
      { says: 'for another shell', run: 'bedrock-monitor completion fish' },
    ],
    argument: {
      shown: '[shell]',
      describe: `${SHELLS.join(', ')} (default: from $SHELL)`,
      most: 1,
      ...choice(...SHELLS),
    },
    flags: [],
    more: SHELLS.map((shell) => ({ title: `Install it for ${shell}`, lines: INSTALL[shell] })),
    parse: ({ words: [shell] }) => ({ shell: shell as Shell | undefined }),
    async run(app, { shell: given }) {
      const usual = app.env.SHELL?.split('/').at(-1)
      const shell = given ?? SHELLS.find((one) => one === usual)
      if (shell === undefined) {
        throw usageError(
          `completion: no script for the shell in SHELL: '${app.env.SHELL ?? ''}'`,
          `name ${SHELLS.join(' or ')}`,
        )
      }
      const { completed } = await import('../../completion/model.ts')
      const script = (await SCRIPTS[shell]())(completed(await commands()))
      app.reporter.pause()
      if (app.common.json) printJson(app, { schemaVersion: 1, command: 'completion', ok: true, shell, script })
      else app.io.stdout.write(script)
      return 0
    },
  })
}
