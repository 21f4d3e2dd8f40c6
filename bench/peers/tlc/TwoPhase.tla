------------------------------ MODULE TwoPhase ------------------------------
(* Two-phase commit after J. Gray and L. Lamport, "Consensus on Transaction Commit", TODS 31(1), 2006: a transaction manager and
   resource managers over a network that is the set of all messages ever sent. *)
CONSTANT RM

VARIABLES rmState, tmState, tmPrepared, msgs
vars == <<rmState, tmState, tmPrepared, msgs>>

Init ==
  /\ rmState = [rm \in RM |-> "working"]
  /\ tmState = "init"
  /\ tmPrepared = {}
  /\ msgs = {}

ManagerReceivesPrepared(rm) ==
  /\ tmState = "init"
  /\ [kind |-> "prepared", rm |-> rm] \in msgs
  /\ tmPrepared' = tmPrepared \union {rm}
  /\ UNCHANGED <<rmState, tmState, msgs>>

ManagerCommits ==
  /\ tmState = "init"
  /\ tmPrepared = RM
  /\ tmState' = "committed"
  /\ msgs' = msgs \union {[kind |-> "commit"]}
  /\ UNCHANGED <<rmState, tmPrepared>>

ManagerAborts ==
  /\ tmState = "init"
  /\ tmState' = "aborted"
  /\ msgs' = msgs \union {[kind |-> "abort"]}
  /\ UNCHANGED <<rmState, tmPrepared>>

Prepares(rm) ==
  /\ rmState[rm] = "working"
  /\ rmState' = [rmState EXCEPT ![rm] = "prepared"]
  /\ msgs' = msgs \union {[kind |-> "prepared", rm |-> rm]}
  /\ UNCHANGED <<tmState, tmPrepared>>

ChoosesToAbort(rm) ==
  /\ rmState[rm] = "working"
  /\ rmState' = [rmState EXCEPT ![rm] = "aborted"]
  /\ UNCHANGED <<tmState, tmPrepared, msgs>>

ReceivesCommit(rm) ==
  /\ [kind |-> "commit"] \in msgs
  /\ rmState' = [rmState EXCEPT ![rm] = "committed"]
  /\ UNCHANGED <<tmState, tmPrepared, msgs>>

ReceivesAbort(rm) ==
  /\ [kind |-> "abort"] \in msgs
  /\ rmState' = [rmState EXCEPT ![rm] = "aborted"]
  /\ UNCHANGED <<tmState, tmPrepared, msgs>>

Next ==
  \/ ManagerCommits
  \/ ManagerAborts
  \/ \E rm \in RM :
       \/ ManagerReceivesPrepared(rm)
       \/ Prepares(rm)
       \/ ChoosesToAbort(rm)
       \/ ReceivesCommit(rm)
       \/ ReceivesAbort(rm)

Spec == Init /\ [][Next]_vars

Consistent == \A a, b \in RM : ~(rmState[a] = "aborted" /\ rmState[b] = "committed")
=============================================================================
