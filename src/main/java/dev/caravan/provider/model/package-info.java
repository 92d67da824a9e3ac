/**
 * What models cost and can do. {@link dev.caravan.provider.model.ModelCatalogue} is the door: it
 * finds a model by the name that clients use, and reads its sources when it is first asked. The
 * facts are records: {@link dev.caravan.provider.model.ModelInfo}, {@link
 * dev.caravan.provider.model.Price}.
 */
@NullMarked
package dev.caravan.provider.model;

import org.jspecify.annotations.NullMarked;
