package io.undercroft.testkit;

/**
 * Everything that Undercroft promises of a storage, tested through the runtime, and everything that
 * {@link BackendContract} tests directly.
 *
 * <p>The runtime is found when the tests run: put {@code io.undercroft:undercroft-runtime} beside
 * this kit, in scope {@code test}.
 */
public abstract class StoragePluginContract extends BackendContract
    implements KeyValueContract,
        BatchContract,
        EntryContract,
        ExpiryContract,
        KeyContract,
        LifeCycleContract,
        ConcurrencyContract,
        AtomicBatchContract,
        TransactionContract,
        ChangesContract,
        AsyncContract,
        StreamContract,
        ErrorContract,
        QueryContract,
        HostileQueryContract,
        IndexContract,
        FulltextContract,
        SpatialContract,
        DistributedContract,
        UnsupportedContract,
        TypedInterfaceContract,
        LinearizabilityContract,
        AnomalyContract,
        ModelContract {}
