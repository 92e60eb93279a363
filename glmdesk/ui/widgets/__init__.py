"""What people see and touch: signals with plain values, no coroutines, no controllers."""
