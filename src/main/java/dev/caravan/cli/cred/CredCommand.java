package dev.caravan.cli.cred;

import picocli.CommandLine.Command;

/**
 * {@code caravan cred}: the accounts that pay for calls. Needs no running gateway, and a running
 * one takes over what it does. Exit codes: 0 good, 1 failure, 2 wrong usage.
 */
@Command(
    name = "cred",
    description = "Logs in at providers, and looks after the accounts that calls are paid with.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ListCommand.class,
      LoginCommand.class,
      ImportCommand.class,
      ExportCommand.class,
      RenameCommand.class,
      DeleteCommand.class,
      CheckCommand.class,
      DedupCommand.class,
      RekeyCommand.class
    },
    footerHeading = "%nExamples%n",
    footer = {
      "  caravan cred list                             whose accounts there are",
      "  caravan cred login openai_codex               in a browser of this machine",
      "  caravan cred login openai_codex --no-browser  over SSH: paste the last address",
      "  caravan cred import openai_codex --scan       from the vendor's own program",
      "  caravan cred export openai_codex --out codex.env   for a container without files",
      "  caravan cred rename openai_codex 2 work       what lists call it"
    })
public final class CredCommand extends CredAction {
  @Override
  int act() {
    return ListCommand.list(desk, false);
  }
}
