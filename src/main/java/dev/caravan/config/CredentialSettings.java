package dev.caravan.config;

import static dev.caravan.config.Types.PATH;
import static dev.caravan.config.Types.SECRET;
import static dev.caravan.config.Types.TEXT;
import static dev.caravan.config.Types.WEB_ADDRESS;
import static dev.caravan.config.Types.YES_NO;
import static dev.caravan.config.Types.integer;
import static dev.caravan.config.Types.seconds;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** Keys, accounts and addresses of providers (operations.md 5.3). */
interface CredentialSettings {
  Section CREDENTIALS = new Section("Providers and their credentials");

  SettingPattern<String> API_KEY =
      CREDENTIALS.familyUnset("<P>_API_KEY", SECRET, "unset", "Key of a provider.");
  SettingPattern<String> API_KEY_NUMBERED =
      CREDENTIALS.familyUnset("<P>_API_KEY_<N>", SECRET, "unset", "Further keys of a provider.");
  SettingPattern<URI> API_BASE =
      CREDENTIALS.familyUnset(
          "<P>_API_BASE",
          WEB_ADDRESS,
          "by provider",
          "Base address of a provider; under a new name it makes an OpenAI-compatible provider.");
  SettingPattern<String> MODELS =
      CREDENTIALS.familyUnset(
          "<P>_MODELS",
          TEXT,
          "by provider",
          "Models of a provider: a list with commas, a JSON list, or a JSON object of names with id and options.");
  SettingPattern<String> COST =
      CREDENTIALS.familyUnset(
          "<P>_COST",
          TEXT,
          "by provider",
          "What calls of a provider cost: table takes the price from the tables of docs/models.md, skip tells no cost.");
  SettingPattern<String> API_DIALECT =
      CREDENTIALS.familyUnset(
          "<P>_API_DIALECT",
          TEXT,
          "by provider",
          "What a provider speaks: openai-chat, openai-responses, anthropic or gemini.");
  SettingPattern<String> HEADERS =
      CREDENTIALS.familyUnset(
          "<P>_HEADERS",
          SECRET,
          "by provider",
          "Further headers of its calls, a JSON object; ${VARIABLE} is filled in.");
  SettingPattern<String> QUIRKS =
      CREDENTIALS.familyUnset(
          "<P>_QUIRKS", TEXT, "by provider", "Codes of its quirks, see docs/providers.md.");
  SettingPattern<String> PARAMS_DROP =
      CREDENTIALS.familyUnset(
          "<P>_PARAMS_DROP", TEXT, "by provider", "Request fields that it refuses, with commas.");
  SettingPattern<String> PARAMS_RENAME =
      CREDENTIALS.familyUnset(
          "<P>_PARAMS_RENAME",
          TEXT,
          "by provider",
          "Request fields that it knows by another name, a JSON object.");
  SettingPattern<Boolean> REASONING_CACHE_ENABLE =
      CREDENTIALS.family(
          "<P>_REASONING_CACHE_ENABLE",
          YES_NO,
          "true",
          "Keeps in cache/ what a provider with the transform reasoning-replay has thought; otherwise in memory alone.");
  SettingPattern<Duration> REASONING_CACHE_TTL =
      CREDENTIALS.family(
          "<P>_REASONING_CACHE_TTL", seconds("1"), "3600", "How long it is kept in memory alone.");
  SettingPattern<Duration> REASONING_DISK_TTL =
      CREDENTIALS.family(
          "<P>_REASONING_DISK_TTL", seconds("1"), "604800", "How long it is kept in cache/.");
  SettingPattern<Duration> REASONING_WRITE_INTERVAL =
      CREDENTIALS.family(
          "<P>_REASONING_CACHE_WRITE_INTERVAL",
          seconds("1"),
          "60",
          "How long after a change it is written, at the latest.");
  SettingPattern<Duration> REASONING_CLEANUP_INTERVAL =
      CREDENTIALS.family(
          "<P>_REASONING_CACHE_CLEANUP_INTERVAL",
          seconds("1"),
          "1800",
          "How often what has grown too old is taken out.");
  SettingPattern<Boolean> ENABLE_SIGNATURE_CACHE =
      CREDENTIALS.familyUnset(
          "<P>_ENABLE_SIGNATURE_CACHE",
          YES_NO,
          "true",
          "Whether signatures of calls are kept for clients that do not keep them (gemini_cli, antigravity).");
  SettingPattern<Duration> SIGNATURE_CACHE_TTL =
      CREDENTIALS.familyUnset(
          "<P>_SIGNATURE_CACHE_TTL",
          seconds("1"),
          "3600",
          "How long they are kept in memory alone, without REASONING_CACHE_ENABLE.");
  SettingPattern<Duration> SIGNATURE_DISK_TTL =
      CREDENTIALS.familyUnset(
          "<P>_SIGNATURE_DISK_TTL", seconds("1"), "604800", "How long they are kept in cache/.");
  SettingPattern<Boolean> ENABLE_JSON_STRING_PARSING =
      CREDENTIALS.familyUnset(
          "<P>_ENABLE_JSON_STRING_PARSING",
          YES_NO,
          "by provider",
          "Whether arguments of calls that were written as a text become the list or object that the tool takes (antigravity: true, gemini_cli: false).");
  SettingPattern<Integer> MALFORMED_CALL_RETRIES =
      CREDENTIALS.familyUnset(
          "<P>_MALFORMED_CALL_RETRIES",
          integer(0, 9),
          "2",
          "How often a model of Google's that has called a tool in a way that nobody can read is told so and asked again.");
  SettingPattern<Duration> MALFORMED_CALL_DELAY =
      CREDENTIALS.familyUnset(
          "<P>_MALFORMED_CALL_DELAY", seconds("0"), "1", "How long before that.");
  SettingPattern<Boolean> USE_CREDITS =
      CREDENTIALS.familyUnset(
          "<P>_USE_CREDITS",
          YES_NO,
          "false",
          "Whether calls may spend the account's Google One AI credits, which cost money, when its quota is gone (antigravity).");
  SettingPattern<Integer> EMPTY_RESPONSE_ATTEMPTS =
      CREDENTIALS.familyUnset(
          "<P>_EMPTY_RESPONSE_ATTEMPTS",
          integer(1, 99),
          "6",
          "How often an answer without content, or a limit without a time, is tried with one credential (antigravity).");
  SettingPattern<Duration> EMPTY_RESPONSE_RETRY_DELAY =
      CREDENTIALS.familyUnset(
          "<P>_EMPTY_RESPONSE_RETRY_DELAY", seconds("0"), "3", "How long between two of them.");
  SettingPattern<Integer> CAPACITY_MAX_ATTEMPTS =
      CREDENTIALS.familyUnset(
          "<P>_503_MAX_ATTEMPTS",
          integer(1, 99),
          "10",
          "How often a model without capacity is tried with one credential (antigravity).");
  SettingPattern<Duration> CAPACITY_RETRY_DELAY =
      CREDENTIALS.familyUnset(
          "<P>_503_RETRY_DELAY", seconds("0"), "5", "How long between two of them.");
  SettingPattern<Path> OAUTH_FILE =
      CREDENTIALS.familyUnset(
          "<P>_OAUTH_<N>",
          PATH,
          "unset",
          "Credential file that is imported once, when none is stored.");
  SettingPattern<Integer> OAUTH_PORT =
      CREDENTIALS.familyUnset(
          "<P>_OAUTH_PORT", integer(1, 65_535), "by provider", "Port of the login's callback.");
  SettingPattern<String> ACCESS_TOKEN =
      CREDENTIALS.familyUnset(
          "<P>_ACCESS_TOKEN",
          SECRET,
          "unset",
          "OAuth account without a file; <P>_<N>_ACCESS_TOKEN for several. Needs the refresh token as well.");
  SettingPattern<String> REFRESH_TOKEN =
      CREDENTIALS.familyUnset("<P>_REFRESH_TOKEN", SECRET, "unset", "Its refresh token.");
  SettingPattern<String> ID_TOKEN =
      CREDENTIALS.familyUnset("<P>_ID_TOKEN", SECRET, "unset", "Its id token.");
  SettingPattern<String> CLIENT_SECRET =
      CREDENTIALS.familyUnset("<P>_CLIENT_SECRET", SECRET, "by provider", "Its client secret.");
  SettingPattern<String> EXPIRY_DATE =
      CREDENTIALS.familyUnset("<P>_EXPIRY_DATE", TEXT, "0", "Its end, in milliseconds since 1970.");
  SettingPattern<String> EMAIL =
      CREDENTIALS.familyUnset("<P>_EMAIL", TEXT, "unset", "Its e-mail address.");
  SettingPattern<String> PROJECT_ID =
      CREDENTIALS.familyUnset(
          "<P>_PROJECT_ID",
          TEXT,
          "discovered",
          "Its project; without a number, of all accounts that have none.");
  SettingPattern<String> TIER =
      CREDENTIALS.familyUnset("<P>_TIER", TEXT, "discovered", "Its tier.");
  SettingPattern<Boolean> GEMINI3_TOOL_FIX =
      CREDENTIALS.familyUnset(
          "<P>_GEMINI3_TOOL_FIX",
          YES_NO,
          "true",
          "Holds Gemini 3 to the parameters of its tools: a prefix of their names, closed schemas, the parameters in words (gemini_cli, antigravity).");
  SettingPattern<String> GEMINI3_TOOL_PREFIX =
      CREDENTIALS.familyUnset(
          "<P>_GEMINI3_TOOL_PREFIX",
          TEXT,
          "gemini3_",
          "The prefix that names of tools then have on their way to Gemini 3.");
  SettingPattern<Boolean> GEMINI3_STRICT_SCHEMA =
      CREDENTIALS.familyUnset(
          "<P>_GEMINI3_STRICT_SCHEMA",
          YES_NO,
          "true",
          "Whether objects of their schemas take no further properties.");
  SettingPattern<String> GEMINI3_DESCRIPTION_PROMPT =
      CREDENTIALS.familyUnset(
          "<P>_GEMINI3_DESCRIPTION_PROMPT",
          TEXT,
          "by provider",
          "What is added to the description of a tool; {params} stands for its parameters. Empty adds nothing.");
  SettingPattern<String> GEMINI3_SYSTEM_INSTRUCTION =
      CREDENTIALS.familyUnset(
          "<P>_GEMINI3_SYSTEM_INSTRUCTION",
          TEXT,
          "by provider",
          "What is said before the instruction where there are tools. Empty says nothing.");
  SettingPattern<Boolean> CLAMP_THINKING_TO_OUTPUT =
      CREDENTIALS.familyUnset(
          "<P>_CLAMP_THINKING_TO_OUTPUT",
          YES_NO,
          "false",
          "Whether thinking is cut to what an answer may hold, instead of the answer made longer (antigravity).");
  SettingPattern<Boolean> CLAUDE_THINKING_SANITIZATION =
      CREDENTIALS.familyUnset(
          "<P>_CLAUDE_THINKING_SANITIZATION",
          YES_NO,
          "true",
          "Whether a turn of Claude whose thoughts are lost is closed before the next (antigravity).");
  SettingPattern<Boolean> INTERLEAVED_THINKING =
      CREDENTIALS.familyUnset(
          "<P>_INTERLEAVED_THINKING",
          YES_NO,
          "true",
          "Whether a Claude that thinks is told to think about what tools bring (antigravity).");
  SettingPattern<String> PARALLEL_TOOL_INSTRUCTION =
      CREDENTIALS.familyUnset(
          "<P>_PARALLEL_TOOL_INSTRUCTION",
          TEXT,
          "by provider",
          "What models are told about calls side by side (antigravity). Empty says nothing.");
  SettingPattern<Boolean> PARALLEL_TOOL_INSTRUCTION_CLAUDE =
      CREDENTIALS.familyUnset(
          "<P>_PARALLEL_TOOL_INSTRUCTION_CLAUDE", YES_NO, "true", "Whether Claude is told it.");
  SettingPattern<Boolean> PARALLEL_TOOL_INSTRUCTION_GEMINI3 =
      CREDENTIALS.familyUnset(
          "<P>_PARALLEL_TOOL_INSTRUCTION_GEMINI3", YES_NO, "true", "Whether Gemini 3 is told it.");
  Setting<Duration> OAUTH_REFRESH_INTERVAL =
      CREDENTIALS.live(
          "OAUTH_REFRESH_INTERVAL",
          seconds("1"),
          "600",
          "How often tokens are checked for a refresh.");
  Setting<Path> OAUTH_CREDS_DIR =
      CREDENTIALS.atStart(
          "OAUTH_CREDS_DIR", PATH, "oauth_creds", "Folder of the files of OAuth accounts.");
  Setting<String> CREDENTIAL_STORE =
      CREDENTIALS.unset(
          "CREDENTIAL_STORE",
          TEXT,
          "unset",
          "How files of accounts are written: file as they are, encrypted-file with CREDENTIAL_STORE_KEY. Unset: encrypted where there is a key.");
  Setting<String> CREDENTIAL_STORE_KEY =
      CREDENTIALS.unset(
          "CREDENTIAL_STORE_KEY",
          SECRET,
          "unset",
          "Key of encrypted files of accounts: 32 random bytes as base64 or hex (openssl rand -base64 32).");
  Setting<String> CREDENTIAL_STORE_OLD_KEY =
      CREDENTIALS.unset(
          "CREDENTIAL_STORE_OLD_KEY",
          SECRET,
          "unset",
          "The key before that one, for files that have it still; caravan cred rekey ends the need.");
  Setting<Boolean> SKIP_OAUTH_INIT_CHECK =
      CREDENTIALS.atStart(
          "SKIP_OAUTH_INIT_CHECK", YES_NO, "false", "Skips the check of accounts after the start.");
}
