package dev.caravan.provider.account;

import dev.caravan.call.Access;
import java.io.IOException;
import java.util.Map;

/**
 * What a provider needs of an account beyond its tokens: its project, its plan, a key that is
 * fetched with the token. Found by {@link java.util.ServiceLoader}, and by its name in {@code
 * oauth.setup} of a provider's file. Thread-safe and without state: one serves all accounts.
 */
public interface AccountSetup {

  /** The name by which a provider's file asks for it. */
  String name();

  /**
   * Finds out what calls need to know of the account. Asked after a login, after each refresh and
   * when an account from elsewhere is first used; may look at {@link AccountState#facts()} and
   * leave it at that. Runs on a virtual thread, one at a time for an account.
   *
   * @return facts to keep with the account; one with an empty text is forgotten. {@code email} or
   *     {@code account_id} tell one account from another.
   * @throws dev.caravan.call.AccountUnusable if the provider will not serve this account: it is
   *     taken out of rotation with that message, and not asked again until it is logged in anew
   * @throws IOException if it could not be found out now: what was known is kept, and it is tried
   *     again
   */
  Map<String, String> complete(AccountState account, AccountClient client) throws IOException;

  /**
   * Grants tokens for the cookie of a browser that is logged in, where a provider has the flow
   * {@code cookie}.
   *
   * @return what a token endpoint would answer: {@code access_token} and members to keep, {@code
   *     cookie} among them, or a refusal with {@code error}
   * @throws IOException if nothing could be found out now
   */
  default AccountClient.Answer grantFor(String cookie, OAuth oauth, AccountClient client)
      throws IOException {
    throw new IOException("this provider takes no cookies");
  }

  /**
   * What the account grants its calls.
   *
   * @param usual that of the provider's file: its token, headers and base URL
   */
  default Access access(AccountState account, Access usual) {
    return usual;
  }
}
