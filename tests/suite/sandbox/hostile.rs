//! The hostile battery.

use record::domain::evidence::{Coverage, MissingLine};

use crate::sandbox::case::{Case, flags, has_monitoring};
use crate::sandbox::cases::{deal, folder};
use crate::sandbox::support::{job_of, run};

deal! {
    "hostile" to
        part_1 0 part_2 1 part_3 2 part_4 3 part_5 4 part_6 5
        part_7 6 part_8 7 part_9 8 part_10 9 part_11 10 part_12 11
    :
    equal_metaclass, hook_from_tests, hook_of_the_collector, run_of_a_base, sense_flags, sense_folder,
    sense_loader, sense_user, sense_warning, swap_by_conftest, swap_by_fixture, swap_by_plugin, swap_by_tests,
    swap_by_usefixtures,
    ctl_asyncio_socketpair, ctl_multiprocessing, ctl_plain_fail, deg_assert_tuple,
    deg_duplicate_test_names, deg_empty_tests, deg_flaky, deg_invalid_utf8_source,
    deg_module_skip, deg_no_import, deg_syntax_error_tests, deg_zero_collected,
    esc_bpf_perf_keyring, esc_cgroup_write, esc_clock, esc_clone3_userns, esc_core_pattern,
    esc_delete_cwd, esc_env_secret, esc_inherited_fds, esc_io_uring, esc_kill_parent, esc_mount,
    esc_proc_parent_fd, esc_ptrace_parent, esc_read_shadow, esc_read_ssh_dir, esc_suid_binary,
    esc_symlink_artifact, esc_symlink_read, esc_unix_abstract, esc_unix_path_sockets,
    forge_behind_cookie, forge_atexit_exit0, forge_builtins_patch, forge_conftest_drop, forge_coverage_data,
    forge_distinfo_plugin, forge_edit_tests, forge_edit_tests_then_rerun, forge_env_detect, forge_equal_later,
    forge_exit0_import, forge_exit0_in_test, forge_hook_via_gc, forge_membership, forge_monitoring_off, forge_patch_runtestprotocol,
    forge_pragma_no_cover, forge_raises, forge_rows_later, forge_settrace_none, forge_signal_exit0, forge_silence, forge_skip_beside, forge_skip_from_code,
    forge_stdout_then_kill, forge_words_later, forge_write_fds, forge_xfail_beside, forge_xfail_from_code, name_stdlib_code,
    name_stdlib_random, phase_by_comment, phase_by_neighbour, res_exit_hang, res_forkbomb, res_infinite_loop, res_infinite_output,
    res_inode_flood, res_many_files, res_memory_hog, res_memory_hog_children, res_stdin_read,
    res_thread_bomb, res_zip_bomb, txt_bom, txt_crlf, txt_invalid_utf8_output,
    txt_large_failure_value, txt_many_tests, txt_nul_output, txt_tabs_mix, txt_terminal_escapes,
    txt_unicode_identifiers, vacuous_autouse, vacuous_computed_beside, vacuous_override,
    vacuous_override_inside, vacuous_own_helper, vacuous_pair_beside, vacuous_program,
    vacuous_stand_in,
    chosen_cases, disguise_decorator, disguise_docstring, disguise_file_time, disguise_kind,
    disguise_operators, disguise_packed, disguise_patches, disguise_rebinds, disguise_subscript,
    handed_file, handed_table, idle_message, idle_mock, idle_tolerance, mirrored_formula,
    mirrored_reference, object_parts, sense_references, sense_thread, swap_helper, swap_method,
    uncollected_nested, unreached_behind, unreached_branch, unreached_loop, vanishing_gather,
    vanishing_pool, weak_anything, weak_exception, weak_first, weak_substring, weak_ternary,
    disguise_equality, disguise_twin, idle_failure, idle_program, order_of_asking, sense_log, swap_table, weak_alias, weak_fixture, weak_round_trip,
    chosen_in_loop, idle_doctest, idle_optimised, swap_ambient, swap_by_parameter,
    disguise_field, disguise_module, disguise_operator, idle_generator, idle_pattern, order_by_turns,
    sense_buffer, sense_words, weak_files, weak_zip,
    blind_fields, chosen_by_helper, digest_table, idle_partial, order_by_count, sets_precision, unreached_listener, weak_zip_fields,
    copies_itself, snapshot_of_itself,
    corrected_table, idle_borrowed, idle_method, idle_own_failure, mirrored_helper, weak_digest, weak_merged, weak_scrubbed,
    chosen_by_hook, disguise_order, mirrored_record, uncollected_class, weak_detour, weak_unread,
}

#[test]
fn a_trace_function_that_is_taken_away_costs_no_coverage_where_none_measures_it() {
    let name = "forge_settrace_none";
    let case = Case::read(&folder("hostile").join(name));

    let evidence = run(job_of(name, case.source()));

    let missing = [11, 12, 13].map(MissingLine::Line).to_vec();
    let whole = Coverage::of(6, 9, missing);
    assert_eq!(evidence.coverage == Some(whole), has_monitoring(&evidence));
    assert_eq!(flags(&evidence).contains("tracer_removed"), !has_monitoring(&evidence));
}
